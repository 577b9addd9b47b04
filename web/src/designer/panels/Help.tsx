import type { Card, FlowEvent } from "../../flow/document";
import { text } from "../../text";
import { useAround } from "../context";
import { meaningOf } from "../fields/described";
import { type Field, type Spec, signatureOf } from "../logic/signature";
import classes from "./panels.module.css";

const words = text.designer.help;

/** What the chosen card does and what its fields mean, and the keys. */
export function Help({ what }: { what: Card | FlowEvent | undefined }) {
  const spec = useAround().specs.get(what?.card ?? "");
  return (
    <>
      {what === undefined ? <p className={classes.hint}>{words.none}</p> : null}
      {what && spec ? <CardHelp spec={spec} options={what.options} /> : null}
      <h3 className={classes.group}>{text.designer.keysTitle}</h3>
      <dl className={classes.keys}>
        {text.designer.keys.map(([keys, does]) => (
          <div key={keys} style={{ display: "contents" }}>
            <dt>{keys}</dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function CardHelp({ spec, options }: { spec: Spec; options: Card["options"] }) {
  const { inputs, outputs } = signatureOf(spec, options);
  return (
    <section aria-label={words.of(spec.title)}>
      <h3 className={classes.group}>{spec.connector ? `${spec.category}: ${spec.title}` : spec.title}</h3>
      <p>{spec.summary}</p>
      <Fields title={words.takes} fields={[...spec.options, ...inputs]} />
      {spec.free_input ? <p className={classes.hint}>{words.further(spec.free_input.about)}</p> : null}
      <Fields title={words.gives} fields={outputs} />
    </section>
  );
}

function Fields({ title, fields }: { title: string; fields: readonly Field[] }) {
  if (fields.length === 0) {
    return null;
  }
  return (
    <>
      <h4 className={classes.group}>{title}</h4>
      <dl className={classes.fields} aria-label={title}>
        {fields.map((field) => (
          <Meaning key={field.name} field={field} />
        ))}
      </dl>
    </>
  );
}

/** A field, and the fields in it where it is an object of known ones. */
function Meaning({ field, within = false }: { field: Field; within?: boolean }) {
  const choices = field.choices.map((choice) => choice.label).join(", ");
  const look = within ? classes.within : undefined;
  return (
    <>
      <dt className={look}>
        {field.title || field.name}{" "}
        <i>
          {field.type}
          {field.required ? `, ${words.needed}` : ""}
        </i>
      </dt>
      <dd className={look}>
        {meaningOf(field)} {choices ? words.oneOf(choices) : null}
      </dd>
      {field.fields.map((inner) => (
        <Meaning key={inner.name} field={inner} within />
      ))}
    </>
  );
}
