import { expect, it } from "vitest";
import type { Json } from "../../flow/document";
import { EVENT } from "../../flow/layout";
import { resolved, tooLarge } from "./resolve";
import type { Sample } from "./scope";

const samples = new Map<string, Sample>([
  [EVENT, { value: { login: "ada", "Okta User": { ID: 7 } }, large: { photo: 50_000, login: 9 } }],
  ["page", { value: { rows: [{ id: 1 }, { id: 2 }], ok: true }, large: { large: 3_200_000 } }],
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
  ["{{ event.photo }}", "{{ event.photo }}"],
  ["of {{ event.photo }}, {{ event.login }}", "of {{ event.photo }}, ada"],
  ["{{ event.nobody }}", undefined], // the event did not give it
  ["to {{ event.nobody }}", "to "],
  [{ a: ["{{ page.ok }}", "{{ nobody.x }}"] }, { a: [true, null] }],
  [12, 12],
] as [Json, Json | undefined][])("puts samples into %j", (value, found) => {
  expect(resolved(value, samples)).toEqual(found);
});

it.each([
  ["{{ page.large }}", 3_200_000],
  [{ a: ["of {{ event.photo }}", "{{ page.large.name }}"] }, 3_200_000],
  ["{{ event.photo }}", 50_000],
  ["{{ event.login }} of {{ page.rows }} of {{ nobody.x }}", null], // an older run has a sample
  [12, null],
] as [Json, number | null][])("tells how large the samples are that are not in %j", (value, bytes) => {
  expect(tooLarge(value, samples)).toBe(bytes);
});
