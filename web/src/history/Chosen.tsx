import { Value } from "../components/Value";
import type { Card, Json } from "../flow/document";
import type { Spec } from "../flow/signature";
import { text } from "../text";
import classes from "./PaintedCard.module.css";

/** What flows and connections are called, by their ids, and cards and what they give, as references name them. */
export interface Names {
  titles: ReadonlyMap<string, string>;
  flows: ReadonlyMap<string, string>;
  connections: ReadonlyMap<string, string>;
}

/** What the author chose on a card: its options as they are called there, and the helper flow that it calls. */
export function Chosen({ card, spec, names }: { card: Card; spec: Spec | undefined; names: Names }) {
  const calls = card.call?.flow;
  return (
    <>
      {spec?.options.map((option) => {
        const value = (card.options?.[option.name] ?? option.default) as Json;
        if (value === null || value === undefined) {
          return null;
        }
        const label = option.choices.find((choice) => choice.value === value)?.label;
        const title = option.title || option.name;
        return <Line key={option.name} title={title} value={label ?? value} />;
      })}
      {calls ? <Line title={text.run.calls} value={names.flows.get(calls) ?? calls} /> : null}
    </>
  );
}

function Line({ title, value }: { title: string; value: Json }) {
  return (
    <div className={classes.field}>
      <span className={classes.label}>{title}</span>
      <Value value={value} label={title} />
    </div>
  );
}
