import { expect, it } from "vitest";
import type { Json } from "../../flow/document";
import { loadingOf } from "./loading";

const field = { name: "profile", choices_from: null, fields_from: "app_profile", needs: ["app"] };

function of(inputs: { [name: string]: Json }, connection: string | null = "okta") {
  return loadingOf({ card: "okta.assign", connection, inputs }, field);
}

it("says what is missing before anything can be loaded", () => {
  expect(loadingOf({ card: "c", connection: "x" }, { ...field, fields_from: null })).toBeNull();
  expect(of({ app: "a1" }, null)).toEqual({ can: false, missing: "connection" });
  const named = loadingOf({ card: "c", connection: "x" }, field, { inputs: [{ name: "app", title: "App" }] });
  expect(named).toEqual({ can: false, missing: "input", input: "App" });
  for (const app of [undefined, "", "{{ find.id }}"]) {
    expect(of(app === undefined ? {} : { app })).toEqual({ can: false, missing: "input", input: "app" });
  }
});

it("names the field, also in an object, and what is chosen already", () => {
  const source = { of: "app", connection: "okta", card: "okta.assign", field: "profile", given: ["app=a1"] };
  expect(of({ app: "a1" })).toEqual({ can: true, source });
  const inside = loadingOf({ card: "okta.assign", connection: "okta", inputs: { app: 7 } }, field, {
    inside: "user",
  });
  expect(inside).toEqual({ can: true, source: { ...source, field: "user.profile", given: ["app=7"] } });
});

it("knows the columns of the table that is chosen, and what every row has besides", () => {
  const inputs = [{ name: "table", title: "Table", format: "table" }];
  const none = { choices_from: null, fields_from: null, needs: [], type: "text" };
  const at = (table: Json, format: string, type = "text") =>
    loadingOf(
      { card: "table.search_rows", connection: null, inputs: { table } },
      { ...none, name: "any", format, type },
      { inputs },
    );
  const columns = { of: "columns", table: "people", unique: false };
  expect(at("people", "table")).toEqual({ can: true, source: { of: "tables" } });
  expect(at("people", "row_values", "object")).toEqual({ can: true, source: { ...columns, besides: [] } });
  const times = ["Created", "Updated"];
  expect(at("people", "row_condition")).toEqual({ can: true, source: { ...columns, besides: times } });
  expect(at("people", "column", "list of text")).toEqual({
    can: true,
    source: { ...columns, besides: ["Row ID", ...times] },
  });
  expect(at("people", "unique_column")).toEqual({
    can: true,
    source: { ...columns, unique: true, besides: [] },
  });
  for (const table of ["", "{{ find.table }}"]) {
    expect(at(table, "column")).toEqual({ can: false, missing: "input", input: "Table" });
  }
});
