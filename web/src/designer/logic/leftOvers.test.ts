import { expect, it } from "vitest";
import type { Card } from "../../flow/document";
import { leftOversOf, without } from "./leftOvers";
import type { Spec } from "./signature";

const field = (name: string, title = "") => ({ name, title, default: null });
const spec = {
  options: [{ ...field("results"), default: "all" }],
  inputs: [field("table")],
  outputs: [],
  variants: [
    { when: { results: ["all"] }, inputs: [field("limit", "Limit")], outputs: [] },
    { when: { results: ["stream"] }, inputs: [], outputs: [], streams: true },
  ],
} as unknown as Spec;
const card: Card = {
  id: "rows",
  card: "table.search_rows",
  options: { results: "one", depth: 2 },
  inputs: { table: "people", limit: 5, other: null },
  call: { flow: "sees-a-row" },
};

it("finds what no field is there for, by the title that it has elsewhere", () => {
  expect(leftOversOf(card, spec)).toEqual([
    { part: "options", name: "depth", title: "depth", value: 2 },
    { part: "inputs", name: "limit", title: "Limit", value: 5 },
    { part: "inputs", name: "other", title: "other", value: null },
    { part: "call", name: "call", title: "", value: "sees-a-row" },
  ]);
});

it.each([
  ["all", ["depth", "other", "call"]],
  ["stream", ["depth", "limit", "other"]],
])("leaves what %s has a field for", (results, names) => {
  const chosen = { ...card, options: { results, depth: 2 } };
  expect(leftOversOf(chosen, spec).map((one) => one.name)).toEqual(names);
});

it("leaves names of the author's own", () => {
  const free = { ...spec, free_inputs: true };
  expect(leftOversOf(card, free).map((one) => one.name)).toEqual(["depth", "call"]);
});

it("takes them away one by one, and nothing else", () => {
  const left = leftOversOf(card, spec).reduce(without, card);
  expect(left).toEqual({
    ...card,
    options: { results: "one" },
    inputs: { table: "people" },
    call: undefined,
  });
  expect("call" in left).toBe(false);
});
