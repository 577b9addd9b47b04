/** What of a card's fields is loaded, from its app or of Keyturn's own tables, and whether it can be by now. */
import type { Card, Json, Values } from "../../flow/document";
import type { Field } from "./signature";

/** Where choices or fields come from. */
export type Source = AppSource | TablesSource | ColumnsSource;

/** An app: a connection, a field of a card, and what is chosen already. */
export interface AppSource {
  of: "app";
  connection: string;
  card: string;
  field: string;
  /** NAME=VALUE of the inputs that it depends on. */
  given: string[];
}

/** The tables that there are. */
export interface TablesSource {
  of: "tables";
}

/** The columns of a table. */
export interface ColumnsSource {
  of: "columns";
  table: string;
  /** Only those that tell rows apart. */
  unique: boolean;
  /** Names that every row has besides. */
  besides: readonly string[];
}

/** Whether something can be loaded: yes, or what is missing first. */
export type Loading =
  | { can: true; source: Source }
  | { can: false; missing: "connection" }
  | { can: false; missing: "input"; input: string };

type Loadable = Pick<Field, "name" | "choices_from" | "fields_from" | "needs"> &
  Partial<Pick<Field, "format" | "type">>;

interface Place {
  /** The name of the object that the field stands in. */
  inside?: string | null;
  /** The card's inputs: what they are called, and which of them names a table. */
  inputs?: readonly (Pick<Field, "name" | "title"> & Partial<Pick<Field, "format">>)[];
}

/** How something of a field is loaded; null where nothing is. */
export function loadingOf(
  card: Pick<Card, "card" | "connection" | "inputs">,
  field: Loadable,
  { inside = null, inputs = [] }: Place = {},
): Loading | null {
  const besides = BESIDES[field.format ?? ""];
  if (field.format === "table") {
    return { can: true, source: { of: "tables" } };
  }
  if (besides !== undefined) {
    return columnsOf(card, field, inputs, besides);
  }
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
  return {
    can: true,
    source: { of: "app", connection: card.connection, card: card.card, field: name, given },
  };
}

// what every row has besides its columns: its times can be compared and sorted by, and are not given to it
const TIMES = ["Created", "Updated"];
const BESIDES: Record<string, readonly string[] | undefined> = {
  column: TIMES,
  unique_column: [],
  row_values: [],
  row_condition: TIMES,
};

function columnsOf(
  card: Pick<Card, "inputs">,
  { format, type }: Loadable,
  inputs: NonNullable<Place["inputs"]>,
  besides: readonly string[],
): Loading | null {
  const named = inputs.find((input) => input.format === "table");
  if (named === undefined) {
    return null;
  }
  const table = plainText(card.inputs, named.name);
  if (table === null) {
    return { can: false, missing: "input", input: named.title || named.name };
  }
  // of a list of names each may be the row's id, too: those are shown, and nothing is sorted by them
  const also = type?.startsWith("list") ? ["Row ID", ...besides] : besides;
  return { can: true, source: { of: "columns", table, unique: format === "unique_column", besides: also } };
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
