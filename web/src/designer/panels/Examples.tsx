import { text } from "../../text";
import type { Spec } from "../logic/signature";
import classes from "./panels.module.css";

const words = text.designer.settings;

/** The worked examples of a card's declaration. */
export function Examples({ spec }: { spec: Spec }) {
  if (spec.examples.length === 0) {
    return null;
  }
  return (
    <details>
      <summary>{words.examples}</summary>
      <ul className={classes.examples}>
        {spec.examples.map((example) => {
          const besides = {
            ...(size(example.options) ? { options: example.options } : {}),
            ...(spec.kind === "event" && size(example.free_outputs) ? { outputs: example.free_outputs } : {}),
            ...example.more,
          };
          return (
            <li key={JSON.stringify(example)}>
              {example.about ? <p className={classes.hint}>{example.about}</p> : null}
              <code>{JSON.stringify(example.inputs)}</code>
              {size(besides) ? (
                <>
                  {" "}
                  {words.besides} <code>{JSON.stringify(besides)}</code>
                </>
              ) : null}{" "}
              {example.error ? words.fails : words.gives}{" "}
              <code>{example.error ?? JSON.stringify(example.outputs)}</code>
            </li>
          );
        })}
      </ul>
    </details>
  );
}

function size(values: object): number {
  return Object.keys(values).length;
}
