import { expect, it } from "vitest";
import type { Schemas } from "../api/client";
import type { ColumnsSource } from "./logic/loading";
import { choicesOf, fieldsOf } from "./ownChoices";

type Column = Schemas["ColumnModel"];

const columns = [
  { name: "login", type: "text", unique: true },
  { name: "days", type: "number", unique: false },
] as Column[];
const source: ColumnsSource = { of: "columns", table: "people", unique: false, besides: [] };

function names(more: Partial<ColumnsSource>) {
  return choicesOf(fieldsOf({ columns }, { ...source, ...more })).rows.map((row) => row.value);
}

it("offers the columns that are meant, in the order of the table", () => {
  expect(names({})).toEqual(["login", "days"]);
  expect(names({ besides: ["Created"] })).toEqual(["login", "days", "Created"]);
  expect(names({ unique: true })).toEqual(["login"]);
  expect(fieldsOf({ columns }, source).map((field) => field.type)).toEqual(["text", "number"]);
});
