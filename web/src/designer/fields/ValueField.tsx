import type { Json } from "../../flow/document";
import { text } from "../../text";
import { type Found, wrongIn } from "../context";
import { sameJson, shownAs, styleOf } from "../logic/literals";
import { type Loading, refers } from "../logic/loading";
import type { Field } from "../logic/signature";
import { ChoiceField } from "./ChoiceField";
import { ConditionField, type FirstName, nothingOf } from "./ConditionField";
import { exampleOf, meaningOf, useDescribed } from "./described";
import { FieldFrame } from "./FieldFrame";
import classes from "./fields.module.css";
import { TokenField } from "./TokenField";

interface ValueFieldProps {
  card: string;
  field: Pick<Field, "name" | "type" | "title" | "about" | "choices" | "format"> & {
    default?: unknown;
    required?: boolean;
    beyond?: boolean;
    example?: unknown;
  };
  value: Json | undefined;
  onChange(value: Json | undefined): void;
  problems?: readonly Found[] | undefined;
  /** What stands instead of the type at the right. */
  kind?: string;
  /** How its choices are loaded, if they are. */
  loading?: Loading | null;
  /** Takes the field away, where it need not be there. */
  onRemove?: (() => void) | undefined;
  lane?: number | null;
}

/** The field of one input or option: a choice, a condition, or text with references. */
export function ValueField(props: ValueFieldProps) {
  const { card, field, value, onChange, problems, loading, lane = null } = props;
  const title = field.title || field.name;
  const fallback = shownAs(field.default as Json | undefined, field.type);
  const example = exampleOf(field);
  const isReference = refers(value);
  const token = {
    card,
    lane,
    label: title,
    value,
    type: field.type,
    onChange,
    mono: styleOf(field.type) === "json" && !isReference,
    wrong: wrongIn(problems).length > 0,
    placeholder: fallback || (example && text.designer.exampleShort(example)),
  };
  let inner = <TokenField {...token} />;
  const first = conditions[field.format];
  if (first && !isReference) {
    inner = <Condition {...{ first, card, value, onChange, lane, field }} loading={loading ?? null} />;
  } else if (loading) {
    inner = <ChoiceField field={field} value={value} onChange={onChange} loading={loading} token={token} />;
  } else if (field.choices.length > 0 && !isReference) {
    const chosen = field.choices.findIndex((choice) =>
      sameJson(choice.value as Json, value ?? (field.default as Json | undefined) ?? null),
    );
    inner = <Choice title={title} field={field} value={value} chosen={chosen} onChange={onChange} />;
  }
  return (
    <FieldFrame
      name={field.name}
      title={title}
      type={props.kind ?? field.type}
      problems={problems}
      about={meaningOf(field)}
      beyond={field.beyond}
      onRemove={props.onRemove}
    >
      {inner}
    </FieldFrame>
  );
}

interface ChoiceProps extends Pick<ValueFieldProps, "field" | "value" | "onChange"> {
  title: string;
  /** Which of the choices it is; less than 0 if it is none of them. */
  chosen: number;
}

/** One of a few values that the card declares. */
function Choice({ title, field, value, chosen, onChange }: ChoiceProps) {
  return (
    <select
      className={classes.select}
      aria-label={title}
      aria-describedby={useDescribed()}
      value={chosen}
      onChange={(event) => onChange(field.choices[Number(event.currentTarget.value)]?.value as Json)}
    >
      {chosen < 0 ? (
        <option value={-1}>{value === undefined ? text.designer.choose : String(value)}</option>
      ) : null}
      {field.choices.map((choice, number) => (
        <option key={choice.label} value={number}>
          {choice.beyond ? text.designer.beyond.choice(choice.label) : choice.label}
        </option>
      ))}
    </select>
  );
}

const conditions: Record<string, FirstName | undefined> = {
  condition: "a",
  item_condition: "path",
  row_condition: "column",
};

/** A condition; one that need not be there begins with a press and can be taken away again. */
function Condition(props: Omit<ValueFieldProps, "onRemove"> & { first: FirstName }) {
  const { card, field, first, value, onChange, loading: columns = null, lane = null } = props;
  const none = typeof value !== "object" || value === null || Object.keys(value).length === 0;
  if (none && !field.required) {
    return (
      <button type="button" className={classes.plain} onClick={() => onChange(nothingOf(first))}>
        + {text.designer.addComparison}
      </button>
    );
  }
  const onRemove = field.required ? undefined : () => onChange(undefined);
  return <ConditionField {...{ card, value, onChange, lane, first, columns, onRemove }} />;
}
