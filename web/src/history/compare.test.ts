import { expect, it } from "vitest";
import type { Flow } from "../flow/document";
import {
  type CalledRun,
  compared,
  differ,
  differingCalls,
  differingRounds,
  nextDiffering,
  pairsOf,
  sameValue,
} from "./compare";
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

it("compares what was cut by its digest, of cards and of the event", () => {
  const cut = (part: string, digest: string) => ({
    ...{
      part,
      field: "y",
      kind: "text",
      start: "abc",
      bytes: 10,
      count: null,
      digest,
      kept: null,
      whole: null,
    },
  });
  const side = (digest: string) => ({
    flow: flow("a"),
    painting: paint([entry("a", {}, { y: null }, { cut: [cut("outputs", digest)] })]),
  });
  const event = (digest: string) => ({ values: { x: 1, y: null }, cut: [cut("event", digest)] });
  expect(compared(side("0a"), side("0a"))[0]?.same).toBe(true);
  expect(compared(side("0a"), side("0b"))[0]?.same).toBe(false);
  expect(pairsOf("outputs", event("0a"), event("0a")).map((field) => field.same)).toEqual([true, true]);
  expect(pairsOf("outputs", event("0a"), event("0b"))).toEqual([
    { part: "outputs", name: "x", one: 1, other: 1, same: true },
    {
      ...{ part: "outputs", name: "y", one: "abc", other: "abc", same: false },
      ...{ oneCut: expect.objectContaining({ digest: "0a" }), otherCut: expect.anything() },
    },
  ]);
  expect(pairsOf("outputs", event("0a"), { values: null }).map((field) => field.same)).toEqual([
    false,
    false,
  ]);
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

it("looks through the rounds of a loop for those that differ, as far as there are any", async () => {
  const loop = { id: "each", card: "list.for_each", do: [{ id: "a", card: "text.compose" }] };
  const round = (said: string) => paint([entry("a", { x: said }, { y: said })]);
  const asked: number[] = [];
  const read = async (at: number) => {
    asked.push(at);
    const said = at === 1 || at === 4 ? "otherwise" : "same";
    return at < 6 ? { one: round("same"), other: round(said) } : null;
  };
  const look = (from: number, most: number, count: number | null) =>
    differingRounds(loop, read, { from, most, count });
  expect(await look(0, 3, 6)).toEqual({ next: 3, rounds: [1] });
  expect(await look(3, 3, 6)).toEqual({ next: null, rounds: [4] });
  expect(asked).toEqual([0, 1, 2, 3, 4, 5]);
  expect(await look(3, 50, null)).toEqual({ next: null, rounds: [4] }); // nobody knows how many there are
});

it("tells what is null in both runs as it tells what is the same", () => {
  const side = () => ({ flow: flow("a"), painting: paint([entry("a", { x: null }, { y: null })]) });
  expect(compared(side(), side())[0]?.fields).toEqual([
    { part: "inputs", name: "x", one: null, other: null, same: true },
    { part: "outputs", name: "y", one: null, other: null, same: true },
  ]);
});

it("compares the rounds of a loop that calls a flow by their helper runs", () => {
  const round = (at: number, more: Partial<CalledRun> = {}): CalledRun => ({
    ...{ id: `r${at}`, parent_path: `each[${at}]`, status: "succeeded", about: "ada", given: null },
    ...{ error: null, outputs: null, ...more },
  });
  const failed = { status: "failed", error: { message: "429" } };
  const one = [round(1), round(0), round(2), round(4)];
  const other = [round(0), round(1, failed), round(2, { id: "else" }), round(3)];
  expect(differingCalls(one, other, false)).toEqual([1]);
  expect(differingCalls(one, other, true)).toEqual([1, 3, 4]);
  expect(nextDiffering([1, 3, 4], 1)).toBe(3);
  expect(nextDiffering([1, 3, 4], 4)).toBe(1);
  expect(nextDiffering([1], 1)).toBeNull();
});

it("tells which version has a card, and what was cut", () => {
  const side = (...ids: string[]) => ({ flow: flow(...ids), painting: paint([]) });
  const pairs = compared(side("a", "b"), side("a", "c"));
  expect(pairs.map((pair) => [pair.id, pair.inOne, pair.inOther])).toEqual([
    ["a", true, true],
    ["b", true, false],
    ["c", false, true],
  ]);
});
