import { memo, useMemo } from "react";
import { duration } from "../../components/format";
import { Pill } from "../../components/StatePill";
import { Value } from "../../components/Value";
import { Carry } from "../../dragging/Carry";
import type { Carried } from "../../dragging/carried";
import type { Card } from "../../flow/document";
import { FlowCard } from "../../flow/FlowCard";
import { footOf } from "../../flow/foot";
import { Fields } from "../../history/PaintedCard";
import { text } from "../../text";
import { Beyond } from "../Beyond";
import { type CardRun, type Found, ON_ERROR, useDesigner, wrongIn } from "../context";
import { outputsOf, type Spec } from "../logic/signature";
import { CardBody } from "./CardBody";
import classes from "./cards.module.css";
import { Outputs } from "./Outputs";
import { pressing } from "./pressing";
import { Title } from "./Title";
import { appOf, cardTone } from "./words";

export interface CardViewProps {
  card: Card;
  number: number;
  spec: Spec | undefined;
  selected: boolean;
  /** How many cards it is chosen together with, itself counted; 0 if it is not. */
  together: number;
  problems: readonly Found[];
  run: CardRun | undefined;
}

/** One card to be edited where it stands. */
export const CardView = memo(function CardView(props: CardViewProps) {
  const { card, number, spec, selected, together, problems, run } = props;
  const api = useDesigner();
  const name = card.title || spec?.title || card.card;
  const label = text.designer.cardLabel(number, name);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a card is a group of fields, and no fieldset of a form
    <div
      className={classes.wrap}
      data-card={card.id}
      role="group"
      aria-label={label}
      aria-current={selected || together > 0}
      tabIndex={selected ? 0 : -1}
      {...pressing(api, card.id, selected)}
    >
      <FlowCard
        label={label}
        card={card.card}
        app={appOf(spec, card.card)}
        kind={spec?.title ?? text.designer.unknownCard}
        selected={selected || together > 0}
        look={run?.status === "failed" ? "failed" : "plain"}
        title={
          <Title
            value={card.title ?? ""}
            placeholder={spec?.title ?? card.card}
            label={text.designer.titleOf(number)}
            onFocus={() => api.select(card.id)}
            onChange={(title) =>
              api.editCard(card.id, (one) => ({ ...one, title: title || null }), `title ${card.id}`)
            }
          />
        }
        badge={
          <>
            {run ? (
              <Pill tone={cardTone(run.status)}>{text.designer.cardStates[run.status] ?? run.status}</Pill>
            ) : null}
            {spec?.beyond ? <Beyond what="card" /> : null}
            <Handle id={card.id} name={name} selected={selected} together={together} /> {number}
          </>
        }
        foot={footOf(card, spec)}
      >
        {card.note ? <p className={classes.note}>{card.note}</p> : null}
        {spec ? <CardBody card={card} spec={spec} problems={problems} /> : <UnknownCard card={card} />}
        <OtherProblems card={card} problems={problems} />
        <Outputs root={card.id} outputs={outputsOf(card, spec)} />
        {run ? <Result card={card} run={run} spec={spec} /> : null}
      </FlowCard>
    </div>
  );
});

/** A card that this Keyturn does not know: what it says is shown and kept, and cannot be changed. */
export function UnknownCard({ card }: { card: Card }) {
  const { card: key, connection, options, inputs } = card;
  return (
    <div className={classes.unknown}>
      <p>{text.designer.unknownWhat}</p>
      <Value
        label={key}
        value={{ card: key, ...(connection ? { connection } : {}), ...(options ? { options } : {}), inputs }}
      />
    </div>
  );
}

interface HandleProps {
  id: string;
  name: string;
  selected: boolean;
  together: number;
}

/** Where a card, and what is chosen together with it, is taken, to be dragged or to go by the arrows. */
export function Handle({ id, name: own, selected, together }: HandleProps) {
  const api = useDesigner();
  const name = together > 0 ? text.designer.cardsOf(together) : own;
  const carried = useMemo<Carried>(() => ({ kind: "card", owner: api, name, id }), [api, name, id]);
  return (
    <Carry
      as="button"
      byKeyboard
      dragId={`${api.flow().id}/${id}`}
      carried={carried}
      className={classes.handle}
      data-handle=""
      title={text.designer.dragHint}
      aria-label={text.designer.drag(name)}
      tabIndex={selected ? 0 : -1}
    >
      ⠿
    </Carry>
  );
}

/** Problems that belong to no field that is shown. */
export function OtherProblems({ card, problems }: { card: Card; problems: readonly Found[] }) {
  const others = wrongIn(problems).filter(
    (problem) => problem.field === null || problem.field === undefined || isShape(problem),
  );
  if (others.length === 0) {
    return null;
  }
  return (
    <div className={classes.problems} data-card-problems={card.id}>
      {others.map((problem) => (
        <p
          key={problem.what}
          style={{ color: problem.severity === "error" ? "var(--bad)" : "var(--warn)", fontSize: 12 }}
        >
          {problem.what} {problem.mend}
        </p>
      ))}
    </div>
  );
}

const shapes = new Set(["branches", "outputs", "do", "id", "card"]);

function isShape(problem: Found): boolean {
  return shapes.has(problem.field ?? "") || problem.path.includes(ON_ERROR);
}

/** What a card gave in the run that is shown. */
export function Result({ card, run, spec }: { card: Card; run: CardRun; spec: Spec | undefined }) {
  return (
    <details className={classes.result}>
      <summary>
        {text.designer.result} · {duration(run.ms)}
      </summary>
      {run.error ? <p className={classes.badText}>{String(run.error.message ?? "")}</p> : null}
      <Fields part="outputs" card={card} entry={run.entry} spec={spec} />
    </details>
  );
}
