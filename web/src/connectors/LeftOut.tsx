import { useId } from "react";
import type { Schemas } from "../api/client";
import type { Unusable } from "../connections/connections";
import { text } from "../text";
import classes from "./Connectors.module.css";

const words = text.connectors;

/** A connector of the server's folder that has mistakes: which, where they stand, and what to do. */
export function LeftOut({ connector }: { connector: Unusable }) {
  const id = useId();
  return (
    <section className={classes.leftOut} aria-labelledby={id}>
      <h2 id={id}>{connector.whole ? words.noFolder : words.leftOut(connector.name)}</h2>
      {connector.whole ? null : <p>{words.leftOutWhat}</p>}
      <ul>
        {connector.problems.map((one) => (
          <li key={`${one.file}:${one.line} ${one.what}`}>
            <code>{[one.file ?? connector.file, one.line].filter(Boolean).join(":")}</code> {one.what}{" "}
            {one.mend}
          </li>
        ))}
      </ul>
    </section>
  );
}

const MOST_SHOWN = 20;

/** What of a description's paths is not offered, and why. */
export function NotOffered({ problems }: { problems: readonly Schemas["ProblemModel"][] }) {
  const id = useId();
  if (problems.length === 0) {
    return null;
  }
  const more = problems.length - MOST_SHOWN;
  return (
    <section className={classes.leftOut} aria-labelledby={id}>
      <h2 id={id}>{words.notOffered}</h2>
      <p>{words.notOfferedWhat}</p>
      <ul>
        {problems.slice(0, MOST_SHOWN).map((one) => (
          <li key={one.what} dir="auto">
            {one.what}
          </li>
        ))}
        {more > 0 ? <li>{words.notOfferedMore(more)}</li> : null}
      </ul>
    </section>
  );
}
