import { useId } from "react";
import type { Unusable } from "../connections/connections";
import { text } from "../text";
import classes from "./Connectors.module.css";

const words = text.connectors;

/** A connector of the server's folder that has mistakes: which, where they stand, and what to do. */
export function LeftOut({ connector }: { connector: Unusable }) {
  const id = useId();
  return (
    <section className={classes.leftOut} aria-labelledby={id}>
      <h2 id={id}>{words.leftOut(connector.name)}</h2>
      <p>{words.leftOutWhat}</p>
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
