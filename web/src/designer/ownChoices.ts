/** What Keyturn has itself for cards to choose from: its tables, and their columns. */
import { api, data, type Schemas } from "../api/client";
import { text } from "../text";
import type { ColumnsSource } from "./logic/loading";

type Table = Schemas["TableModel"];
type Field = Schemas["LoadedFieldModel"];

/** What a field may be, as far as it was read. */
export interface Choices {
  rows: { value: unknown; label: string }[];
  more: boolean;
  next?: string | null;
  /** How many an app had when it was asked; none of these are said of Keyturn's own. */
  of?: number;
  loaded_at?: string;
}

/** All tables by name. */
export async function tableChoices(signal: AbortSignal): Promise<Choices> {
  const rows: Choices["rows"] = [];
  let after: string | undefined;
  do {
    const query = { limit: 200, after };
    const page = await data(api.GET("/api/v1/tables", { params: { query }, signal }));
    rows.push(...page.rows.map((table) => ({ value: table.id, label: table.name || table.id })));
    after = page.next ?? undefined;
  } while (after !== undefined);
  return { rows: rows.sort((one, other) => one.label.localeCompare(other.label)), more: false };
}

/** The columns of a table, in its order. */
export async function columnFields(source: ColumnsSource, signal: AbortSignal): Promise<Field[]> {
  const params = { path: { table_id: source.table } };
  return fieldsOf(await data(api.GET("/api/v1/tables/{table_id}", { params, signal })), source);
}

/** Columns that are meant, and what every row has besides. */
export function fieldsOf(table: Pick<Table, "columns">, { unique, besides }: ColumnsSource): Field[] {
  const columns = table.columns.filter((column) => column.unique || !unique);
  return [
    ...columns.map(({ name, type }) => ({
      name,
      type,
      title: name,
      about: "",
      required: false,
      choices: [],
    })),
    ...besides.map((name) => ({
      name,
      type: name === "Row ID" ? "text" : "datetime",
      title: name,
      about: text.designer.ofTables.everyRow,
      required: false,
      choices: [],
    })),
  ];
}

export function choicesOf(fields: readonly Field[]): Choices {
  return { rows: fields.map(({ name, title }) => ({ value: name, label: title })), more: false };
}
