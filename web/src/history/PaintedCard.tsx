import type { ReactNode } from "react";
import { clock, duration } from "../components/format";
import { Value } from "../components/Value";
import type { CardSpec } from "../flow/catalogue";
import { conditionText } from "../flow/conditions";
import type { Card, Values } from "../flow/document";
import { FlowCard } from "../flow/FlowCard";
import { footOf } from "../flow/foot";
import { text } from "../text";
import { Chosen, type Names } from "./Chosen";
import { CutValue } from "./CutValue";
import { DecidedNote } from "./DecidedNote";
import classes from "./PaintedCard.module.css";
import { everyTry, type Painted, roundCount, triedAt } from "./painted";
import { type Entry, valueQuery } from "./run";

interface PaintedCardProps {
  card: Card;
  number: number;
  spec: CardSpec | undefined;
  painted: Painted;
  names: Names;
  selected: boolean;
  onSelect: () => void;
  /** Ways from this card to elsewhere. */
  acts?: ReactNode;
}

/** One card as it went: what went in, what came out, how long and how often. */
export function PaintedCard(props: PaintedCardProps) {
  const { card, number, spec, painted, names, selected, onSelect, acts } = props;
  const title = titleOf(card, spec);
  const reached = painted.state !== "not reached";
  return (
    <FlowCard
      id={card.id}
      onSelect={onSelect}
      label={`${number}. ${title}: ${text.run.outcome[painted.state]}`}
      title={title}
      card={card.card}
      app={spec?.category ?? card.card}
      kind={kindOf(card, spec, names)}
      look={lookOf(painted)}
      selected={selected}
      badge={<Badge painted={painted} />}
      foot={
        reached
          ? (toldOf(painted) ?? [onceOf(card, painted), footOf(card, spec)].filter(Boolean).join(" · "))
          : undefined
      }
    >
      {card.note ? (
        <p className={classes.note} dir="auto">
          {card.note}
        </p>
      ) : null}
      <Chosen card={card} spec={spec} names={names} />
      {reached ? <Fields part="inputs" card={card} entry={painted.last} {...{ spec, names }} /> : null}
      {painted.last?.error ? (
        <p className={classes.error} dir="auto">
          {String(painted.last.error.message ?? "")}
        </p>
      ) : null}
      <DecidedNote painted={painted} />
      {painted.last !== null && shownValues(card, painted.last, "outputs", spec).length > 0 ? (
        <div className={classes.out}>
          <Fields part="outputs" card={card} entry={painted.last} {...{ spec, names }} />
        </div>
      ) : null}
      {painted.last?.warnings.map((warning) => (
        <p className={classes.note} key={warning}>
          {warning}
        </p>
      ))}
      {acts ? <div className={classes.acts}>{acts}</div> : null}
    </FlowCard>
  );
}

/** Where it is from, or when each of its tries began; nothing where it went as it says of itself. */
function toldOf(painted: Painted): string | undefined {
  if (painted.last?.replayed) {
    return text.run.replayed;
  }
  const times = triedAt(painted);
  return times.length > 0 ? `${text.run.triesAt} ${times.map(clock).join(" · ")}` : undefined;
}

/** That a card which may be tried several times has failed at its first one: no other one could have helped. */
function onceOf(card: Card, { state, last }: Painted): string {
  return state === "failed" && card.on_error?.retry && last?.attempt === 1 ? text.run.triedOnce : "";
}

/** The author's words for a card, or the card's own. */
export function titleOf(card: Card, spec: CardSpec | undefined): string {
  return card.title || spec?.title || card.card;
}

function kindOf(card: Card, spec: CardSpec | undefined, names: Names): string {
  const connection = card.connection && (names.connections.get(card.connection) ?? card.connection);
  return [spec?.title, connection].filter(Boolean).join(" · ");
}

function lookOf(painted: Painted): "plain" | "failed" | "asking" | "quiet" {
  const looks = {
    failed: "failed",
    unknown: "asking",
    "not reached": "quiet",
    skipped: "quiet",
    cancelled: "quiet",
  } as const;
  return painted.state in looks ? looks[painted.state as keyof typeof looks] : "plain";
}

/** How it went, in a sign and a word. */
export function Badge({ painted }: { painted: Painted }) {
  const tries = everyTry(painted).length;
  const many = tries > 1 ? ` · ${text.run.tries(tries)}` : "";
  switch (painted.state) {
    case "done":
      return (
        <span className={classes.done}>
          ✓ {duration(painted.ms)}
          {many}
        </span>
      );
    case "failed":
      return (
        <span className={classes.failed}>
          ✕ {text.run.outcome.failed}
          {many}
        </span>
      );
    case "running":
      return (
        <span className={classes.running}>
          ◐ {text.run.outcome.running}
          {painted.last?.ended == null
            ? ""
            : ` · ${text.run.roundsEnded(painted.last.ended, roundCount(painted))}`}
        </span>
      );
    case "unknown":
      return <span className={classes.unknown}>? {text.run.outcome.unknown}</span>;
    default:
      return <span>{text.run.outcome[painted.state]}</span>;
  }
}

type Part = "inputs" | "outputs";

/** The values that there are, those too that were cut and are not here. Null is a value of a field that is the card's. */
function shownValues(card: Card, entry: Entry, part: Part, spec: CardSpec | undefined): [string, unknown][] {
  const values = entry[part];
  if (typeof values !== "object" || values === null || Array.isArray(values)) {
    return [];
  }
  const cut = new Set((entry.cut ?? []).filter((one) => one.part === part).map((one) => one.field));
  const there = Object.entries(values).filter(
    ([name, value]) => value !== null || cut.has(name) || isOf(card, part, name, spec),
  );
  return inOrder(there, fieldsOf(spec, part));
}

/** Values in the order in which their fields are declared, as the designer has them; what is not declared comes last. */
export function inOrder<T>(values: [string, T][], fields: readonly { name: string }[]): [string, T][] {
  const places = new Map(fields.map((field, place) => [field.name, place]));
  const placeOf = ([name]: [string, T]) => places.get(name) ?? places.size;
  return [...values].sort((one, other) => placeOf(one) - placeOf(other));
}

/** Whether the author filled an input; whether an output is more than the word that there was no error. */
function isOf(card: Card, part: Part, name: string, spec: CardSpec | undefined): boolean {
  if (part === "inputs") {
    return name in (card.inputs ?? {}) || name in (card.call?.with ?? {});
  }
  return name !== "error" || name in (card.outputs ?? {}) || fieldOf(spec, part, name) !== undefined;
}

/** The values of a card, by the titles of its fields. */
export function Fields({
  part,
  card,
  entry,
  spec,
  names,
}: {
  part: Part;
  card: Card;
  entry: Entry | null;
  spec?: CardSpec | undefined;
  names?: Names;
}) {
  if (entry === null) {
    return null;
  }
  const cuts = new Map((entry.cut ?? []).filter((cut) => cut.part === part).map((cut) => [cut.field, cut]));
  return (
    <>
      {shownValues(card, entry, part, spec).map(([name, value]) => {
        const field = fieldOf(spec, part, name);
        const title = field?.title || name;
        const cut = cuts.get(name);
        const compares = field?.format === "condition";
        return (
          <div className={classes.field} key={name}>
            <span className={classes.label}>{title}</span>
            {compares ? (
              <p dir="auto">{conditionText(card.inputs?.[name] as Values, names?.titles)}</p>
            ) : null}
            {cut ? (
              <CutValue of={entry.card_id} cut={cut} whole={valueQuery(entry, cut)} />
            ) : (
              <Value value={compares ? conditionText(value as Values) : value} label={title} />
            )}
          </div>
        );
      })}
    </>
  );
}

function fieldOf(spec: CardSpec | undefined, part: Part, name: string) {
  return fieldsOf(spec, part).find((field) => field.name === name);
}

/** The fields of a card, whatever its options. */
export function fieldsOf(spec: CardSpec | undefined, part: Part) {
  return [spec?.[part] ?? [], ...(spec?.variants ?? []).map((variant) => variant[part])].flat();
}
