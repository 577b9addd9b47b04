import { useQuery } from "@tanstack/react-query";
import { ProblemNote } from "../components/ProblemNote";
import { Waiting } from "../components/Waiting";
import { type Field, signatureOf } from "../designer/logic/signature";
import { text } from "../text";
import classes from "./Connectors.module.css";
import { cardQuery } from "./connectors";

const words = text.connectors;

/** What a card takes and gives. */
export function CardFields({ card }: { card: string }) {
  const found = useQuery(cardQuery(card));
  if (found.error) {
    return <ProblemNote error={found.error} />;
  }
  if (!found.data) {
    return <Waiting />;
  }
  const { inputs, outputs } = signatureOf(found.data, {});
  return (
    <div className={classes.fields}>
      <Fields title={words.takes} fields={[...found.data.options, ...inputs]} />
      <Fields title={words.gives} fields={outputs} />
    </div>
  );
}

function Fields({ title, fields }: { title: string; fields: readonly Field[] }) {
  return (
    <div>
      <h3>{title}</h3>
      <ul aria-label={title}>
        {fields.length === 0 ? <li>{words.takesNothing}</li> : null}
        {fields.map((field) => (
          <li key={field.name}>
            {field.title || field.name}{" "}
            <span className={classes.type}>
              {field.type}
              {field.required ? `, ${words.required}` : ""}
            </span>
            {field.about ? <div className={classes.quiet}>{field.about}</div> : null}
          </li>
        ))}
      </ul>
    </div>
  );
}
