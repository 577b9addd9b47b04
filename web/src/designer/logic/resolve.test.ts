import { expect, it } from "vitest";
import type { Json } from "../../flow/document";
import { EVENT } from "../../flow/layout";
import { resolved } from "./resolve";

const samples = new Map<string, Json>([
  [EVENT, { login: "ada", "Okta User": { ID: 7 } }],
  ["page", { rows: [{ id: 1 }, { id: 2 }], ok: true }],
]);

it.each([
  ["plain", "plain"],
  ["Hello {{ event.login }}!", "Hello ada!"],
  ['{{ event["Okta User"].ID }}', 7],
  ["{{ page.rows[].id }}", [1, 2]],
  ["{{ page.rows[-1].id }}", 2],
  ["{{ page.rows }} rows", '[{"id":1},{"id":2}] rows'],
  ["{{ nobody.x }}", undefined],
  ["to {{ nobody.x }}", "to "],
  ["{{ page.large }}!", "{{ page.large }}!"], // it was too large to be read
  ["{{ page.large }}", "{{ page.large }}"],
  [{ a: ["{{ page.ok }}", "{{ nobody.x }}"] }, { a: [true, null] }],
  [12, 12],
] as [Json, Json | undefined][])("puts samples into %j", (value, found) => {
  expect(resolved(value, samples)).toEqual(found);
});
