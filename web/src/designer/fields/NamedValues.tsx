import { notifications } from "@mantine/notifications";
import { useRef, useState } from "react";
import type { Json, Values } from "../../flow/document";
import { text } from "../../text";
import { CarriedValue } from "../cards/CarriedValue";
import { type Found, useDesigner } from "../context";
import { write } from "../logic/references";
import { FieldFrame } from "./FieldFrame";
import classes from "./fields.module.css";
import { TokenField } from "./TokenField";

interface NamedValuesProps {
  card: string;
  values: Values;
  onChange(values: Values): void;
  /** The types of some of them; changed where onTypes is given. */
  types?: Record<string, string> | undefined;
  onTypes?: ((types: Record<string, string>) => void) | undefined;
  lane?: number | null;
  problems?: readonly Found[];
  /** The card that gives them to others under these names, if it does. */
  gives?: string | undefined;
}

/** Values under names of the author's. */
export function NamedValues({
  card,
  values,
  onChange,
  types,
  onTypes,
  lane = null,
  problems,
  gives,
}: NamedValuesProps) {
  const api = useDesigner();
  function rename(name: string, next: string) {
    if (next === "" || next === name || isTaken(next, values)) {
      return;
    }
    if (gives !== undefined) {
      api.renameGiven(gives, name, next);
      return;
    }
    const entries = Object.entries(values).map(([key, value]) => [key === name ? next : key, value]);
    onChange(Object.fromEntries(entries) as Values);
    if (types && onTypes && name in types) {
      const kept = Object.entries(types).map(([key, type]) => [key === name ? next : key, type]);
      onTypes(Object.fromEntries(kept));
    }
  }
  return (
    <>
      {Object.entries(values).map(([name, value], place) => (
        <FieldFrame
          // by its place: what is beside a name keeps the keyboard when that is changed
          key={place}
          name={name}
          title=""
          problems={problems?.filter((problem) => problem.field === name)}
          type={null}
        >
          <div className={classes.line}>
            <NameField name={name} onRename={(next) => rename(name, next)} />
            {onTypes ? (
              <TypeChoice
                name={name}
                type={types?.[name] ?? "any"}
                onChange={(type) => onTypes({ ...types, [name]: type })}
              />
            ) : null}
            <button
              type="button"
              className={classes.plain}
              aria-label={text.designer.takeAway(name)}
              onClick={() => {
                if (gives !== undefined && !api.mayTakeAway(gives, name)) {
                  return;
                }
                const { [name]: _, ...rest } = values;
                onChange(rest);
                if (types && onTypes) {
                  const { [name]: __, ...left } = types;
                  onTypes(left);
                }
              }}
            >
              ✕
            </button>
          </div>
          <TokenField
            card={card}
            lane={lane}
            label={name}
            value={value}
            type={types?.[name] ?? "any"}
            onChange={(next) => onChange({ ...values, [name]: next ?? "" })}
          />
        </FieldFrame>
      ))}
      <AddField among={values} onAdd={(name) => onChange({ ...values, [name]: "" as Json })} />
    </>
  );
}

/** Names and types without values: what an event gives, what branches hand on. */
export function NamedTypes({
  types,
  root,
  onChange,
}: {
  types: Record<string, string>;
  /** The root under which they can be referred to. */
  root: string;
  onChange(types: Record<string, string>): void;
}) {
  const api = useDesigner();
  return (
    <>
      {Object.entries(types).map(([name, type], place) => (
        // by its place: what is beside a name keeps the keyboard when that is changed
        <div className={classes.line} key={place} style={{ padding: "1px 12px" }}>
          <CarriedValue as="span" written={write(root, [name])} className={classes.grip} aria-hidden="true">
            ⠿
          </CarriedValue>
          <NameField
            name={name}
            onRename={(next) => {
              if (next && next !== name && !isTaken(next, types)) {
                api.renameGiven(root, name, next);
              }
            }}
          />
          <TypeChoice name={name} type={type} onChange={(next) => onChange({ ...types, [name]: next })} />
          <button
            type="button"
            className={classes.plain}
            aria-label={text.designer.takeAway(name)}
            onClick={() => {
              if (api.mayTakeAway(root, name)) {
                const { [name]: _, ...rest } = types;
                onChange(rest);
              }
            }}
          >
            ✕
          </button>
        </div>
      ))}
      <AddField among={types} onAdd={(name) => onChange({ ...types, [name]: "text" })} />
    </>
  );
}

function NameField({ name, onRename }: { name: string; onRename(next: string): void }) {
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <input
      className={classes.name}
      aria-label={`${text.designer.fieldName}: ${name}`}
      value={typed ?? name}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={() => {
        if (typed !== null) {
          onRename(typed.trim());
        }
        setTyped(null);
      }}
      onKeyDown={(event) => {
        if (event.key === "Enter") {
          const card = event.currentTarget.closest<HTMLElement>("[data-card]");
          if (card) {
            card.focus();
          } else {
            event.currentTarget.blur();
          }
        }
      }}
    />
  );
}

function TypeChoice({ name, type, onChange }: { name: string; type: string; onChange(type: string): void }) {
  const known = text.designer.types.includes(type) ? text.designer.types : [type, ...text.designer.types];
  return (
    <select
      className={classes.small}
      aria-label={text.designer.fieldType(name)}
      value={type}
      onChange={(event) => onChange(event.currentTarget.value)}
    >
      {known.map((one) => (
        <option key={one}>{one}</option>
      ))}
    </select>
  );
}

/** Whether there is a field of this name; then the person is told. */
function isTaken(name: string, among: object): boolean {
  const taken = Object.hasOwn(among, name);
  if (taken) {
    notifications.show({ color: "red", message: text.designer.nameTaken(name) });
  }
  return taken;
}

function AddField({ among, onAdd }: { among: object; onAdd(name: string): void }) {
  const [name, setName] = useState<string | null>(null);
  const goesOn = useRef(false); // who adds fields by keyboard adds the next one
  function done() {
    const wanted = name?.trim() ?? "";
    if (wanted !== "") {
      if (isTaken(wanted, among)) {
        goesOn.current = false;
        return; // it stays, to be called otherwise
      }
      onAdd(wanted);
    }
    setName(null);
  }
  if (name === null) {
    return (
      <button
        ref={(button) => {
          if (goesOn.current) {
            goesOn.current = false;
            button?.focus();
          }
        }}
        type="button"
        className={classes.plain}
        style={{ margin: "2px 6px" }}
        onClick={() => setName("")}
      >
        + {text.designer.addField}
      </button>
    );
  }
  return (
    <div className={classes.line} style={{ padding: "2px 12px" }}>
      <input
        className={classes.name}
        style={{ borderColor: "var(--line)" }}
        // biome-ignore lint/a11y/noAutofocus: it appears because somebody asked for it
        autoFocus
        aria-label={text.designer.fieldName}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        onBlur={done}
        onKeyDown={(event) => {
          if (event.key === "Enter") {
            event.preventDefault(); // it is not for the button that has the focus then
            goesOn.current = true;
            done();
          } else if (event.key === "Escape") {
            event.stopPropagation();
            goesOn.current = true;
            setName(null);
          }
        }}
      />
    </div>
  );
}
