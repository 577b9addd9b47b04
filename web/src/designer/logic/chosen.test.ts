import { describe, expect, it } from "vitest";
import type { Card, Flow } from "../../flow/document";
import { EVENT } from "../../flow/layout";
import { opening, reduce } from "../state";
import { besides, chosenIn } from "./chosen";
import { move, ROOT, remove } from "./tree";

const card = (id: string, more: Partial<Card> = {}): Card => ({ id, card: "text.compose", ...more });
const flow: Flow = {
  id: "f",
  name: "F",
  event: { card: "manual" },
  cards: [
    card("a"),
    card("b", { branches: [{ otherwise: true, cards: [card("in"), card("side")] }] }),
    card("c"),
    card("d"),
  ],
};

describe("cards chosen together", () => {
  it.each([
    ["a", "c", ["a", "b", "c"]],
    ["d", "c", ["c", "d"]],
    ["a", "a", ["a"]],
    [null, "b", ["b"]],
    ["in", "side", ["in", "side"]],
    ["a", "in", ["in"]],
    [EVENT, "b", ["b"]],
    ["nobody", "b", ["b"]],
    ["a", EVENT, []],
    [null, null, []],
  ])("from %j to %j are %j", (anchor, selected, expected) => {
    expect(chosenIn(flow, anchor, selected)).toEqual(expected);
  });

  it("have neighbours in their list only", () => {
    expect(besides(flow, "a", 1)).toBe("b");
    expect(besides(flow, "b", 1)).toBe("c");
    expect(besides(flow, "a", -1)).toBeNull();
    expect(besides(flow, "side", 1)).toBeNull();
    expect(besides(flow, EVENT, 1)).toBeNull();
  });
});

describe("what is chosen", () => {
  const begun = reduce(opening(flow), { do: "select", id: "b" });
  const ids = (state: typeof begun) => chosenIn(state.line.present, state.anchor, state.selected);

  it("grows and shrinks from where it began, and is one card again after any other choice", () => {
    const two = reduce(begun, { do: "select", id: "c", reach: true });
    const three = reduce(two, { do: "select", id: "d", reach: true });
    expect(ids(three)).toEqual(["b", "c", "d"]);
    expect(ids(reduce(three, { do: "select", id: "a", reach: true }))).toEqual(["a", "b"]);
    expect(ids(reduce(three, { do: "select", id: "d" }))).toEqual(["d"]);
  });

  it("begins anew in another list", () => {
    const inside = reduce(begun, { do: "select", id: "in", reach: true });
    expect(ids(inside)).toEqual(["in"]);
    expect(ids(reduce(inside, { do: "select", id: "side", reach: true }))).toEqual(["in", "side"]);
  });

  it("stays through a move, is what was pasted, and goes with its cards; each is one step back", () => {
    const two = reduce(begun, { do: "select", id: "c", reach: true });
    const moved = reduce(two, { do: "edit", by: (now) => move(now, ["b", "c"], ROOT, 0) });
    expect(ids(moved)).toEqual(["b", "c"]);
    expect(ids(reduce(moved, { do: "undo" }))).toEqual(["b", "c"]);
    expect(reduce(moved, { do: "undo" }).line.present).toBe(flow);
    const gone = reduce(two, { do: "edit", by: (now) => remove(now, ["b", "c"]), select: "a" });
    expect(ids(gone)).toEqual(["a"]);
    expect(reduce(gone, { do: "undo" }).line.present).toBe(flow);
    const chosen = reduce(begun, { do: "edit", by: (now) => ({ ...now }), select: "a", anchor: "c" });
    expect(ids(chosen)).toEqual(["a", "b", "c"]);
  });

  it("stays through what somebody else has made, which one Undo takes back however often it came", () => {
    const mine = reduce(begun, { do: "edit", by: (now) => ({ ...now, name: "mine" }) });
    const theirs = (state: typeof mine, name: string) =>
      reduce(state, { do: "edit", by: () => ({ ...flow, name }), key: "theirs 0" });
    const twice = theirs(theirs(mine, "theirs"), "theirs again");
    expect(reduce(twice, { do: "undo" }).line.present.name).toBe("mine");
    expect(twice.selected).toBe("b");
  });
});
