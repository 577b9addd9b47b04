import type { Json, Values } from "../../flow/document";
import { text } from "../../text";
import type { Loading } from "../logic/loading";
import { put } from "../state";
import { ChoiceField } from "./ChoiceField";
import classes from "./fields.module.css";
import { TokenField } from "./TokenField";

const groups = ["all", "any", "none"] as const;
type GroupName = (typeof groups)[number];
const alone = new Set(["is empty", "is not empty"]);

/** What a comparison begins with: a value, a path in the items of a list, or a column of a table. */
export type FirstName = "a" | "path" | "column";

interface ConditionFieldProps {
  card: string;
  value: Json | undefined;
  onChange(value: Json): void;
  lane?: number | null;
  first?: FirstName;
  /** How the columns are known that comparisons begin with, if they begin with columns. */
  columns?: Loading | null;
  /** It stands in a group. */
  inside?: boolean;
  /** Takes this comparison, or the whole condition, away. */
  onRemove?: (() => void) | undefined;
}

export function nothingOf(first: FirstName): Values {
  return { [first]: "", is: "equal to", b: "" };
}

/** A comparison, or a group of them, as deep as one likes. */
export function ConditionField(props: ConditionFieldProps) {
  const value = asValues(props.value);
  const name = groups.find((one) => Array.isArray(value[one]));
  return name === undefined ? (
    <Comparison {...props} value={value} />
  ) : (
    <Group {...props} name={name} parts={value[name] as Json[]} />
  );
}

function asValues(value: Json | undefined): Values {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
}

function Comparison({
  card,
  value,
  onChange,
  lane = null,
  first = "a",
  columns = null,
  inside = false,
  onRemove,
}: ConditionFieldProps & { value: Values }) {
  const is = typeof value.is === "string" ? value.is : "equal to";
  const kind = first === "a" ? "any" : "text";
  const whole: Values = { [first]: value[first] ?? "", is, ...(alone.has(is) ? {} : { b: value.b ?? "" }) };
  const token = {
    card,
    lane,
    label: text.designer.firsts[first],
    value: value[first],
    type: kind,
    onChange: (next: Json | undefined) => onChange({ ...whole, [first]: next ?? "" }),
  };
  return (
    <div className={classes.condition}>
      {columns === null ? (
        <TokenField {...token} />
      ) : (
        <ChoiceField
          field={{ name: first, type: kind }}
          value={value[first]}
          onChange={token.onChange}
          loading={columns}
          token={token}
        />
      )}
      <div className={classes.line}>
        <select
          className={classes.select}
          aria-label={text.designer.comparison}
          value={is}
          onChange={(event) => {
            const next = event.currentTarget.value;
            const made: Values = { ...whole, is: next };
            onChange(alone.has(next) ? put(made, "b", undefined) : { ...made, b: whole.b ?? "" });
          }}
        >
          {text.designer.operators[first].map((operator) => (
            <option key={operator}>{operator}</option>
          ))}
        </select>
        {onRemove ? (
          <button
            type="button"
            className={classes.plain}
            aria-label={text.designer.takeAway(text.designer.comparison)}
            onClick={onRemove}
          >
            ✕
          </button>
        ) : null}
      </div>
      {alone.has(is) ? null : (
        <TokenField
          card={card}
          lane={lane}
          label={text.designer.second}
          value={value.b}
          type="any"
          onChange={(next) => onChange({ ...whole, b: next ?? "" })}
        />
      )}
      {inside ? null : (
        <button
          type="button"
          className={classes.plain}
          onClick={() => onChange({ all: [whole, nothingOf(first)] })}
        >
          + {text.designer.makeGroup}
        </button>
      )}
    </div>
  );
}

function Group({
  name,
  parts,
  card,
  lane = null,
  first = "a",
  columns = null,
  inside = false,
  onChange,
  onRemove,
}: ConditionFieldProps & { name: GroupName; parts: Json[] }) {
  const nothing = nothingOf(first);
  function without(number: number) {
    const left = parts.toSpliced(number, 1);
    if (left.length === 0) {
      onRemove?.();
    } else {
      // at the top a group of one is that one; inside another it stays, so that one can go on adding to it
      onChange(left.length === 1 && name !== "none" && !inside ? (left[0] ?? null) : { [name]: left });
    }
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset's legend would stand in its border
    <div className={classes.condition} role="group" aria-label={text.designer.group[name]}>
      <div className={classes.line}>
        <select
          className={classes.select}
          aria-label={text.designer.groupOf}
          value={name}
          onChange={(event) => onChange({ [event.currentTarget.value]: parts })}
        >
          {groups.map((one) => (
            <option key={one} value={one}>
              {text.designer.group[one]}
            </option>
          ))}
        </select>
        {onRemove ? (
          <button
            type="button"
            className={classes.plain}
            aria-label={text.designer.removeGroup}
            onClick={onRemove}
          >
            ✕
          </button>
        ) : null}
      </div>
      <div className={classes.group}>
        {parts.map((part, number) => (
          <ConditionField
            key={number}
            card={card}
            lane={lane}
            first={first}
            columns={columns}
            inside
            value={part}
            onChange={(next) => onChange({ [name]: parts.with(number, next) })}
            onRemove={() => without(number)}
          />
        ))}
        <button
          type="button"
          className={classes.plain}
          onClick={() => onChange({ [name]: [...parts, nothing] })}
        >
          + {text.designer.addComparison}
        </button>
        <button
          type="button"
          className={classes.plain}
          onClick={() => onChange({ [name]: [...parts, { [name === "all" ? "any" : "all"]: [nothing] }] })}
        >
          + {text.designer.addGroup}
        </button>
      </div>
    </div>
  );
}
