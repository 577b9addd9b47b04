import { expect, it } from "vitest";
import type { Flow } from "../flow/document";
import { compared, differ, sameValue } from "./compare";
import { paint } from "./painted";
import type { Entry } from "./run";

const flow = (...ids: string[]): Flow => ({
  id: "f",
  name: "F",
  event: { card: "manual" },
  cards: ids.map((id) => ({ id, card: "text.compose" })),
});

function entry(id: string, inputs: object, outputs: object, more: object = {}): Entry {
  const times = { at: "2026-01-01T00:00:00Z", ms: 1, attempt: 1, status: "done", error: null, cut: [] };
  return { ...times, card_id: id, path: id, inputs, outputs, ...more } as unknown as Entry;
}

it("pairs the cards of both runs and tells what differs", () => {
  const one = {
    flow: flow("a", "b", "c"),
    painting: paint([entry("a", { x: 1 }, { y: 1 }), entry("b", {}, {})]),
  };
  const failed = entry("b", {}, {}, { status: "failed", error: { message: "no" } });
  const other = { flow: flow("a", "b", "d"), painting: paint([entry("a", { x: 2 }, { y: 1 }), failed]) };
  const pairs = compared(one, other);
  expect(pairs.map((pair) => [pair.id, pair.same])).toEqual([
    ["a", false],
    ["b", false],
    ["c", true],
    ["d", true],
  ]);
  expect(pairs[0]?.fields).toEqual([
    { part: "inputs", name: "x", one: 1, other: 2, same: false },
    { part: "outputs", name: "y", one: 1, other: 1, same: true },
  ]);
});

it("compares what was cut by how it begins and how long it is", () => {
  const cut = (bytes: number) => ({
    cut: [{ part: "outputs", field: "y", start: "abc", bytes, count: null }],
  });
  const side = (bytes: number) => ({
    flow: flow("a"),
    painting: paint([entry("a", {}, { y: null }, cut(bytes))]),
  });
  expect(compared(side(10), side(10))[0]?.same).toBe(true);
  expect(compared(side(10), side(11))[0]?.same).toBe(false);
});

it.each([
  [{ a: 1, b: [2] }, { b: [2], a: 1 }, true],
  [null, undefined, true],
  ["1", 1, false],
  [[1, 2], [2, 1], false],
])("%j and %j: %s", (one, other, same) => {
  expect(sameValue(one, other)).toBe(same);
});

it("compares a round of a loop by the cards inside it", () => {
  const loop = { id: "each", card: "list.for_each", do: [{ id: "a", card: "text.compose" }] };
  const round = (said: string) => paint([entry("a", { x: said }, { y: said })]);
  expect(differ(loop, round("one"), round("one"))).toBe(false);
  expect(differ(loop, round("one"), round("two"))).toBe(true);
  expect(differ(loop, round("one"), paint([]))).toBe(true);
});
