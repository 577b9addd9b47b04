import { useMemo } from "react";
import type { Flow } from "../../flow/document";
import { text } from "../../text";
import { useAround } from "../context";
import fields from "../fields/fields.module.css";
import { differenceOf } from "../logic/difference";
import type { Shown } from "../logic/shown";
import classes from "./panels.module.css";

const words = text.designer;

/** What differs between two states of a flow: a line for each change, with what was there and what is there. */
export function Differences({ old, now }: { old: Flow; now: Flow }) {
  const around = useAround();
  const changes = useMemo(() => differenceOf(old, now, around), [old, now, around]);
  if (changes.length === 0) {
    return <p className={classes.hint}>{words.compareNone}</p>;
  }
  return (
    <ul className={classes.changes}>
      {changes.map(({ where, what, values }, place) => (
        <li key={place} dir="auto">
          {where ? <b>{where}</b> : null}
          {where ? ", " : ""}
          {what}
          {values ? (
            <>
              {": "}
              <Said of={values.before} /> → <Said of={values.after} />
            </>
          ) : null}
        </li>
      ))}
    </ul>
  );
}

/** A value, references in it as chips. */
function Said({ of }: { of: Shown | null }) {
  if (of === null) {
    return <i>{words.difference.nothing}</i>;
  }
  return of.map(({ chip, said }, place) =>
    chip ? (
      <span key={place} className={fields.chip} dir="ltr">
        {said}
      </span>
    ) : (
      <bdi key={place}>{said}</bdi>
    ),
  );
}
