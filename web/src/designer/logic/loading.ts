/** What of a card's fields is loaded from its app, and whether it can be by now. */
import type { Card, Json, Values } from "../../flow/document";
import type { Field } from "./signature";

/** Where choices or fields come from: a connection, a field of a card, and what is chosen already. */
export interface Source {
  connection: string;
  card: string;
  field: string;
  /** NAME=VALUE of the inputs that it depends on. */
  given: string[];
}

/** Whether something can be loaded: yes, or what is missing first. */
export type Loading =
  | { can: true; source: Source }
  | { can: false; missing: "connection" }
  | { can: false; missing: "input"; input: string };

type Loadable = Pick<Field, "name" | "choices_from" | "fields_from" | "needs">;

interface Place {
  /** The name of the object that the field stands in. */
  inside?: string | null;
  /** The card's inputs, for what they are called. */
  inputs?: readonly Pick<Field, "name" | "title">[];
}

/** How something of a field is loaded; null where nothing is. */
export function loadingOf(
  card: Pick<Card, "card" | "connection" | "inputs">,
  field: Loadable,
  { inside = null, inputs = [] }: Place = {},
): Loading | null {
  if (!field.choices_from && !field.fields_from) {
    return null;
  }
  if (!card.connection) {
    return { can: false, missing: "connection" };
  }
  const given: string[] = [];
  for (const need of field.needs) {
    const value = plainText(card.inputs, need);
    if (value === null) {
      const title = inputs.find((input) => input.name === need)?.title;
      return { can: false, missing: "input", input: title || need };
    }
    given.push(`${need}=${value}`);
  }
  const name = inside === null ? field.name : `${inside}.${field.name}`;
  return { can: true, source: { connection: card.connection, card: card.card, field: name, given } };
}

/** An input that is the same in every run, as text; null if it is empty or has references. */
function plainText(inputs: Values | undefined, name: string): string | null {
  const value = inputs?.[name];
  if (typeof value === "number" || typeof value === "boolean") {
    return String(value);
  }
  return typeof value === "string" && value !== "" && !refers(value) ? value : null;
}

/** Whether a value is filled in only when the flow runs. */
export function refers(value: Json | undefined): boolean {
  return typeof value === "string" && value.includes("{{");
}
