import { expect, it } from "vitest";
import type { Flow } from "../../flow/document";
import { fieldTitle } from "./fieldTitle";
import type { Field, Spec, Specs } from "./signature";

const field = (name: string, title: string, fields: Field[] = []) =>
  ({ name, title, fields }) as unknown as Field;
const action = {
  inputs: [field("body", "Body", [field("mail", "E-mail"), field("url", "Link")])],
  variants: [{ when: {}, inputs: [field("url", "Relative URL")], outputs: [] }],
  options: [field("method", "Method")],
} as unknown as Spec;
const event = { inputs: [], variants: [], options: [field("every", "How often")] } as unknown as Spec;
const specs: Specs = new Map([
  ["app.call", action],
  ["schedule", event],
]);
const inner = { id: "in", card: "app.call" };
const flow = {
  id: "f",
  name: "F",
  event: { card: "schedule" },
  cards: [{ id: "b", card: "branch.if", branches: [{ otherwise: true, cards: [inner] }] }],
} as unknown as Flow;

it.each([
  ["in", "url", ["inputs", "url"], "Relative URL"],
  ["in", "method", ["options", "method"], "Method"],
  ["in", "mail", ["inputs", "body", "mail"], "E-mail"],
  ["in", "mine", ["inputs", "mine"], "mine"],
  ["in", "wait", ["inputs", "wait"], "wait"],
  ["in", "times", ["cards", 0, "on_error", "retry", "times"], "More tries"],
  ["in", "call", ["cards", 0], "Helper flow"],
  ["b", "when", ["cards", 0, "branches", 0, "when"], "Holds if"],
  ["b", "branches", ["cards", 0, "branches"], ""],
  [null, "every", ["event", "options"], "How often"],
  [null, null, [], ""],
])("tells of card %s what people call %s at %j", (card, field, path, title) => {
  expect(fieldTitle(flow, specs, { card, field, path })).toBe(title);
});
