import { useQuery } from "@tanstack/react-query";
import { useEffect, useId, useRef, useState } from "react";
import { explain } from "../../api/errors";
import type { Card, Json, Values } from "../../flow/document";
import { text } from "../../text";
import { type Found, useDesigner } from "../context";
import { fieldsQuery, type LoadedField, nowhere, useRefresh } from "../loaded";
import { loadingOf } from "../logic/loading";
import type { Field } from "../logic/signature";
import { put } from "../state";
import { whyNot } from "./ChoiceField";
import { meaningOf } from "./described";
import { FieldFrame } from "./FieldFrame";
import classes from "./fields.module.css";
import { useShownOnce } from "./shownOnce";
import { TokenField } from "./TokenField";
import { ValueField } from "./ValueField";

const words = text.designer.loaded;
/** Columns of a table that are all shown at once; of more one adds those that one wants. */
const FEW = 12;

interface ObjectFieldProps {
  card: Pick<Card, "id" | "card" | "connection" | "inputs">;
  field: Field;
  /** All inputs of the card. */
  inputs: readonly Field[];
  value: Json | undefined;
  onChange(value: Json | undefined): void;
  problems: readonly Found[];
  /** Problems of the whole card: those of the fields inside are among them. */
  all: readonly Found[];
  lane?: number | null;
}

/** An object whose fields are known, by its declaration or by what the app says: each is a field of its own. */
export function ObjectField(props: ObjectFieldProps) {
  const { card, field, value, onChange, problems, all, lane = null } = props;
  const title = field.title || field.name;
  const about = meaningOf(field);
  const api = useDesigner();
  const id = useId();
  const [whole, setWhole] = useState(false);
  const [added, setAdded] = useState<string | null>(null);
  const box = useRef<HTMLFieldSetElement>(null);
  const asOne = whole || (value !== undefined && value !== null && !isObject(value));
  const values = isObject(value) ? value : {};
  const loaded = useLoaded(props, !asOne);
  // not while it is typed as a whole, where each letter of a name makes another one
  const { shown, show, takeAway } = useShownOnce(asOne ? [] : Object.keys(values));
  const fields = [...field.fields, ...loaded.fields.filter((one) => !hasName(field.fields, one.name))];
  const stays = (one: Field) => one.required || (isRow(field) && fields.length <= FEW);
  const known = fields.filter((one) => stays(one) || shown.includes(one.name));
  const others = shown
    .filter((name) => !hasName(fields, name))
    .map((name) => fieldOf({ name, type: "any", title: name, about: "", required: false, choices: [] }));

  useEffect(() => {
    if (added !== null) {
      box.current
        ?.querySelector<HTMLElement>(`[data-field="${CSS.escape(added)}"] :is([role], select)`)
        ?.focus();
      setAdded(null);
    }
  }, [added]);
  function add(name: string) {
    show(name);
    setAdded(name);
  }
  function remove(name: string) {
    takeAway(name);
    set(name, undefined);
  }
  function set(name: string, next: Json | undefined) {
    const after = put(values, name, next as Json);
    onChange(Object.keys(after).length > 0 ? after : undefined);
  }
  return (
    <fieldset
      ref={box}
      className={classes.object}
      aria-label={title}
      aria-describedby={about ? `${id}-about` : undefined}
      onFocus={({ target }) => {
        // the fields inside tell themselves
        if (!target.closest("[data-field]")) {
          api.tell({ card: card.id, title, about });
        }
      }}
    >
      {about ? (
        <span id={`${id}-about`} hidden>
          {about}
        </span>
      ) : null}
      <div className={classes.objectTop} title={about || undefined}>
        <b>{title}</b>
        <button
          type="button"
          className={classes.plain}
          disabled={!whole && asOne}
          title={!whole && asOne ? words.wholeFirst : undefined}
          onClick={() => setWhole(!whole)}
        >
          {asOne ? words.oneByOne : words.asWhole}
        </button>
      </div>
      {asOne ? (
        <FieldFrame title="" problems={problems}>
          <TokenField
            card={card.id}
            lane={lane}
            label={title}
            value={value}
            type="object"
            onChange={onChange}
            wrong={problems.length > 0}
            placeholder={words.wholeHint}
          />
        </FieldFrame>
      ) : (
        <>
          {[...known, ...others].map((one) => (
            <ValueField
              key={one.name}
              card={card.id}
              field={one}
              loading={loadingOf(card, one, { inside: field.name, inputs: props.inputs })}
              value={values[one.name]}
              onChange={(next) => set(one.name, next)}
              problems={all.filter((problem) => isInside(problem, field.name, one.name))}
              onRemove={stays(one) && fields.includes(one) ? undefined : () => remove(one.name)}
              lane={lane}
            />
          ))}
          {problems.map((problem) => (
            <p key={problem.code + problem.what} className={classes.error} style={{ padding: "0 12px" }}>
              {problem.what} {problem.mend}
            </p>
          ))}
          <AddKnown
            title={title}
            fields={fields.filter((one) => !known.includes(one))}
            free={Boolean(field.fields_from) || (isRow(field) && !loaded.all)}
            onAdd={add}
          />
          {loaded.said}
        </>
      )}
    </fieldset>
  );
}

/** The fields that the app has for an object, and a word on how loading them stands. */
function useLoaded({ card, field, inputs }: ObjectFieldProps, wanted: boolean) {
  const loading = loadingOf(card, { ...field, choices_from: null }, { inputs });
  const source = loading?.can ? loading.source : null;
  const found = useQuery({
    ...fieldsQuery(source ?? nowhere),
    enabled: source !== null && wanted,
  });
  const { refresh, busy } = useRefresh(source, "fields");
  const fields = (found.data ?? []).map(fieldOf);
  const own = source !== null && source.of !== "app" ? text.designer.ofTables : null;
  let said = null;
  if (loading?.can === false) {
    said = <p className={classes.standing}>{whyNot(loading)}</p>;
  } else if (loading !== null) {
    const waits = found.isFetching || busy;
    said = (
      <div className={classes.standing}>
        <span role="status">
          {waits ? (own?.loading ?? words.loadingFields) : null}
          {!waits && found.error
            ? explain(found.error).map((problem) => (
                <span key={problem.code} className={classes.error}>
                  {problem.what} {problem.mend}
                </span>
              ))
            : null}
          {!waits && found.data ? (own?.columns ?? words.loadedFields)(found.data.length) : null}
        </span>
        <button type="button" className={classes.plain} disabled={waits} onClick={() => void refresh()}>
          ↻ {found.error ? text.errors.tryAgain : words.refresh}
        </button>
      </div>
    );
  }
  return { fields, said, all: own !== null && found.isSuccess };
}

/** Whether it is a row of a table: then its fields are the table's columns, and no others. */
function isRow(field: Pick<Field, "format">): boolean {
  return field.format === "row_values";
}

interface AddKnownProps {
  title: string;
  fields: readonly Field[];
  free: boolean;
  onAdd(name: string): void;
}

/** Adds one of the object's further fields, found by name. */
function AddKnown({ title, fields, free, onAdd }: AddKnownProps) {
  const id = useId();
  const [typed, setTyped] = useState<string | null>(null);
  const wanted = (typed ?? "").trim().toLowerCase();
  const found = fields.filter((one) => `${one.title} ${one.name}`.toLowerCase().includes(wanted));
  function add(name: string) {
    onAdd(name);
    setTyped(null);
  }
  if (fields.length === 0 && !free) {
    return null;
  }
  if (typed === null) {
    return (
      <button
        type="button"
        className={classes.plain}
        style={{ margin: "2px 6px" }}
        aria-label={words.addTo(title)}
        onClick={() => setTyped("")}
      >
        + {text.designer.addField}
      </button>
    );
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: leaving it by keyboard closes it
    <div
      className={classes.adding}
      onKeyDown={(event) => {
        if (event.key === "Escape") {
          event.stopPropagation();
          setTyped(null);
        }
      }}
    >
      <input
        className={classes.select}
        // biome-ignore lint/a11y/noAutofocus: it appears because somebody asked for it
        autoFocus
        aria-label={words.findField}
        placeholder={words.findField}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onKeyDown={(event) => {
          const first = found[0];
          if (event.key === "Enter" && (first || (free && wanted))) {
            event.preventDefault();
            add(first ? first.name : (typed ?? "").trim());
          }
        }}
      />
      <ul className={classes.addable} aria-label={words.fieldsOf(title)}>
        {found.map((one, number) => (
          <li key={one.name}>
            <button
              type="button"
              className={classes.plain}
              aria-describedby={one.about ? `${id}-${number}` : undefined}
              onClick={() => add(one.name)}
            >
              {one.title} <i>{one.type}</i>
            </button>
            {one.about ? (
              <p id={`${id}-${number}`} className={classes.means}>
                {one.about}
              </p>
            ) : null}
          </li>
        ))}
        {free && wanted !== "" && !fields.some((one) => one.name.toLowerCase() === wanted) ? (
          <li>
            <button type="button" className={classes.plain} onClick={() => add((typed ?? "").trim())}>
              {words.ownName((typed ?? "").trim())}
            </button>
          </li>
        ) : null}
      </ul>
    </div>
  );
}

/** A field that was loaded, as if the card had declared it. What it may be is told: it is filled by references mostly. */
function fieldOf(one: LoadedField): Field {
  const oneOf = one.choices.length > 0 ? text.designer.oneOf(one.choices) : "";
  return {
    ...one,
    about: [one.about, oneOf].filter((said) => said !== "").join(" "),
    choices: [],
    default: null,
    format: "plain",
    okta: null,
    bad: null,
    group: "",
    fields: [],
    choices_from: null,
    fields_from: null,
    needs: [],
    inside: [],
    beyond: false,
    example: null,
  };
}

function hasName(fields: readonly { name: string }[], name: string): boolean {
  return fields.some((one) => one.name === name);
}

function isObject(value: Json | undefined): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a problem lies in a field of an object (inputs, profile, email), or says that the field is missing. */
function isInside(problem: Found, object: string, name: string): boolean {
  const at = problem.path.lastIndexOf(object);
  const next = problem.path[at + 1];
  return at >= 0 && (next === name || (next === undefined && problem.field === name && name !== object));
}
