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
  const source = { connection: "okta", card: "okta.assign", field: "profile", given: ["app=a1"] };
  expect(of({ app: "a1" })).toEqual({ can: true, source });
  const inside = loadingOf({ card: "okta.assign", connection: "okta", inputs: { app: 7 } }, field, {
    inside: "user",
  });
  expect(inside).toEqual({ can: true, source: { ...source, field: "user.profile", given: ["app=7"] } });
});
