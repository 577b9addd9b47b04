import { memo, useState } from "react";
import { Pill } from "../../components/StatePill";
import type { Branch, Card } from "../../flow/document";
import { footOf } from "../../flow/foot";
import { text } from "../../text";
import { type CardRun, type Found, useDesigner, wrongIn } from "../context";
import { ConditionField } from "../fields/ConditionField";
import fields from "../fields/fields.module.css";
import { NamedTypes, NamedValues } from "../fields/NamedValues";
import { laneWord } from "../logic/lanes";
import { outputsOf, type Spec } from "../logic/signature";
import { put } from "../state";
import { CardBody } from "./CardBody";
import { Handle, OtherProblems, Result, UnknownCard } from "./CardView";
import classes from "./cards.module.css";
import { Outputs } from "./Outputs";
import { pressing } from "./pressing";
import { Title } from "./Title";
import { appOf, cardTone } from "./words";

export interface FrameHeadProps {
  card: Card;
  number: number;
  spec: Spec | undefined;
  selected: boolean;
  /** Whether it shows what can be changed in it: while it is chosen, and until a press is over. */
  open: boolean;
  /** How many cards it is chosen together with, itself counted; 0 if it is not. */
  together: number;
  folded: boolean;
  inside: number;
  problems: readonly Found[];
  run: CardRun | undefined;
}

/** The head of a frame: the card that has others inside. Its fields and branches are open while it is chosen. */
export const FrameHead = memo(function FrameHead(props: FrameHeadProps) {
  const { card, number, spec, selected, open, together, folded, inside, problems, run } = props;
  const api = useDesigner();
  const name = card.title || spec?.title || card.card;
  const [handing, setHanding] = useState(false);
  const hands = handing || handsOn(card);
  const fold = folded ? text.designer.unfold(name) : text.designer.fold(name);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a card is a group of fields, and no fieldset of a form
    <div
      className={`${classes.head} ${selected || together > 0 ? classes.headSelected : ""}`}
      style={folded ? { minWidth: 0 } : undefined}
      data-card={card.id}
      role="group"
      aria-label={text.designer.cardLabel(number, name)}
      aria-current={selected || together > 0}
      tabIndex={selected ? 0 : -1}
      {...pressing(api, card.id, selected)}
    >
      <div className={classes.headTop}>
        <button
          type="button"
          className={classes.fold}
          aria-expanded={!folded}
          aria-label={fold}
          title={fold}
          onClick={() => api.fold(card.id)}
        >
          {folded ? "▸" : "▾"}
        </button>
        <h2>
          <Title
            value={card.title ?? ""}
            placeholder={spec?.title ?? card.card}
            label={text.designer.titleOf(number)}
            onFocus={() => api.select(card.id)}
            onChange={(title) =>
              api.editCard(card.id, (one) => ({ ...one, title: title || null }), `title ${card.id}`)
            }
          />
        </h2>
        {run ? (
          <Pill tone={cardTone(run.status)}>{text.designer.cardStates[run.status] ?? run.status}</Pill>
        ) : null}
        <Handle id={card.id} name={name} selected={selected} together={together} />
        <span className={classes.kind}>{number}</span>
      </div>
      <div className={classes.kind}>
        <b>{appOf(spec, card.card)}</b> · {spec?.title ?? text.designer.unknownCard}
        {folded ? ` · ${text.designer.inside(inside)}` : ""}
        {footOf(card, spec) ? ` · ${footOf(card, spec)}` : ""}
      </div>
      {card.note ? <p className={classes.note}>{card.note}</p> : null}
      {open && !folded && spec ? (
        <div style={{ maxWidth: 520 }}>
          <CardBody card={card} spec={spec} problems={problems} />
          {spec.branches ? (
            <Lanes card={card} kind={spec.branches} problems={problems} hands={hands} />
          ) : null}
          {spec.branches && !hands ? (
            <button type="button" className={fields.plain} onClick={() => setHanding(true)}>
              + {text.designer.handOn}
            </button>
          ) : null}
          {spec.branches && hands ? (
            <div className={classes.lane}>
              <div className={classes.sub}>{text.designer.outputs}</div>
              <NamedTypes
                root={card.id}
                types={card.outputs ?? {}}
                onChange={(outputs) => api.editCard(card.id, (one) => ({ ...one, outputs }))}
              />
            </div>
          ) : null}
        </div>
      ) : null}
      {open && !folded && !spec ? <UnknownCard card={card} /> : null}
      <OtherProblems card={card} problems={problems} />
      {open && !folded ? <Outputs root={card.id} outputs={outputsOf(card, spec)} /> : null}
      {run && open ? <Result card={card} run={run} spec={spec} /> : null}
    </div>
  );
});

/** Whether branches hand values on: most do not, and need no room for it. */
function handsOn(card: Card): boolean {
  const sets = card.branches?.some((branch) => Object.keys(branch.set ?? {}).length > 0);
  return sets === true || Object.keys(card.outputs ?? {}).length > 0;
}

interface LanesProps {
  card: Card;
  kind: string;
  problems: readonly Found[];
  /** Whether they hand values on. */
  hands: boolean;
}

function Lanes({ card, kind, problems, hands }: LanesProps) {
  const api = useDesigner();
  const lanes = card.branches ?? [];
  function setLane(number: number, lane: Branch, key?: string) {
    api.editCard(card.id, (one) => ({ ...one, branches: (one.branches ?? []).with(number, lane) }), key);
  }
  function add(lane: Branch) {
    api.editCard(card.id, (one) => {
      const before = one.branches ?? [];
      const last = before.findIndex((branch) => branch.otherwise);
      return { ...one, branches: before.toSpliced(last < 0 ? before.length : last, 0, lane) };
    });
  }
  return (
    <div className={classes.lanes}>
      {lanes.map((lane, number) => (
        <LaneView
          key={number}
          card={card}
          hands={hands}
          lane={lane}
          number={number}
          problems={wrongIn(problems).filter((problem) => inLane(problem, number))}
          onChange={(next, key) => setLane(number, next, key)}
          onRemove={
            kind === "try"
              ? null
              : () =>
                  api.editCard(card.id, (one) => ({
                    ...one,
                    branches: (one.branches ?? []).toSpliced(number, 1),
                  }))
          }
        />
      ))}
      {kind === "when" ? (
        <button
          type="button"
          className={fields.plain}
          onClick={() => add({ when: { a: "", is: "equal to", b: "" }, cards: [] })}
        >
          + {text.designer.addLane}
        </button>
      ) : null}
      {kind === "when" && !lanes.some((lane) => lane.otherwise) ? (
        <button type="button" className={fields.plain} onClick={() => add({ otherwise: true, cards: [] })}>
          + {text.designer.addOtherwise}
        </button>
      ) : null}
      {kind === "lane" ? (
        <button
          type="button"
          className={fields.plain}
          onClick={() => add({ lane: `lane ${lanes.length + 1}`, cards: [] })}
        >
          + {text.designer.addLane}
        </button>
      ) : null}
    </div>
  );
}

/** Whether a problem lies in a branch of its card: cards, 2, branches, 0, when. */
function inLane(problem: Found, number: number): boolean {
  const at = problem.path.lastIndexOf("branches");
  return at >= 0 && problem.path[at + 1] === number;
}

interface LaneViewProps {
  card: Card;
  hands: boolean;
  lane: Branch;
  number: number;
  problems: readonly Found[];
  onChange(lane: Branch, key?: string): void;
  onRemove: (() => void) | null;
}

function LaneView({ card, hands, lane, number, problems, onChange, onRemove }: LaneViewProps) {
  const name = laneWord(lane, number);
  const full = (lane.cards ?? []).length > 0;
  const key = `lane ${card.id} ${number}`;
  return (
    <div className={classes.lane}>
      <div className={classes.laneTop}>
        {typeof lane.lane === "string" ? (
          <input
            className={fields.name}
            aria-label={text.designer.laneName}
            value={lane.lane}
            onChange={(event) => onChange({ ...lane, lane: event.currentTarget.value }, key)}
          />
        ) : (
          <span>{name}</span>
        )}
        {onRemove ? (
          <button
            type="button"
            className={fields.plain}
            aria-label={text.designer.removeLane(name)}
            title={full ? text.designer.removeLaneNot : text.designer.removeLane(name)}
            disabled={full}
            onClick={onRemove}
          >
            ✕
          </button>
        ) : null}
      </div>
      {lane.when ? (
        <div className={fields.field}>
          <ConditionField
            card={card.id}
            value={lane.when}
            onChange={(when) => onChange({ ...lane, when: when as Branch["when"] & object }, key)}
          />
        </div>
      ) : null}
      {problems.map((problem) => (
        <p
          key={problem.what}
          className={problem.severity === "error" ? fields.error : fields.problem}
          style={{ padding: "0 12px" }}
        >
          {problem.what} {problem.mend}
        </p>
      ))}
      {hands ? <div className={classes.sub}>{text.designer.sets}</div> : null}
      {hands ? (
        <NamedValues
          card={card.id}
          lane={number}
          gives={card.id}
          values={lane.set ?? {}}
          types={card.outputs}
          onChange={(set) =>
            onChange(put(lane, "set", Object.keys(set).length > 0 ? set : undefined), `${key} set`)
          }
        />
      ) : null}
    </div>
  );
}
