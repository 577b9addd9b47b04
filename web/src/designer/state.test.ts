import { expect, it } from "vitest";
import type { Flow } from "../flow/document";
import { EVENT } from "../flow/layout";
import { opening, reduce } from "./state";

const flow: Flow = {
  id: "f",
  name: "F",
  event: { card: "manual" },
  cards: [
    { id: "a", card: "x" },
    { id: "b", card: "x" },
  ],
};

it("chooses the card before one that is gone, and the event before the first", () => {
  const state = reduce(opening(flow), { do: "select", id: "b" });
  const fewer = { ...flow, cards: flow.cards?.slice(0, 1) } as Flow;
  const after = reduce(state, { do: "edit", by: () => fewer });
  expect(after.selected).toBe("a");
  expect(reduce(after, { do: "edit", by: () => ({ ...flow, cards: [] }) }).selected).toBe(EVENT);
});

it("stays near what an undo or a redo takes away", () => {
  const inner = { id: "if", card: "y", branches: [{ cards: [{ id: "in", card: "x" }] }] };
  const row = { ...flow, cards: [...(flow.cards ?? []), inner, { id: "c", card: "x" }] } as Flow;
  const pasted = {
    ...row,
    cards: row.cards?.toSpliced(2, 0, { id: "one", card: "x" }, { id: "two", card: "x" }),
  };
  const added = reduce(opening(row), { do: "edit", by: () => pasted as Flow, select: "two", anchor: "one" });
  const undone = reduce(added, { do: "undo" });
  expect(undone).toMatchObject({ selected: "b", anchor: null });
  const without = { ...row, cards: row.cards?.filter((card) => card.id !== "if") } as Flow;
  const deleted = reduce(undone, { do: "edit", by: () => without, select: "b" });
  const back = reduce(deleted, { do: "undo" });
  expect(back.selected).toBe("if");
  expect(reduce(reduce(back, { do: "select", id: "in" }), { do: "redo" }).selected).toBe("b");
});

it("knows what of others an undo takes away, until it is back or may go", () => {
  const base = flow;
  const mine = { ...flow, name: "Mine" };
  const theirs = { ...flow, name: "Theirs" };
  const edited = reduce(opening(base), { do: "edit", by: () => mine });
  const taken = reduce(edited, { do: "edit", by: () => theirs, taken: { base, theirs } });
  expect(taken.undone).toBeNull();
  const later = reduce(taken, { do: "edit", by: (now) => ({ ...now, note: "on top of theirs" }) });
  expect(reduce(later, { do: "undo" }).undone).toBeNull();
  const undone = reduce(taken, { do: "undo" });
  expect(undone).toMatchObject({ line: { present: mine }, undone: { base, theirs, after: theirs } });
  expect(reduce(undone, { do: "undo" }).undone).not.toBeNull();
  expect(reduce(undone, { do: "edit", by: (now) => ({ ...now, note: "more" }) }).undone).not.toBeNull();
  expect(reduce(undone, { do: "redo" }).undone).toBeNull();
  expect(reduce(undone, { do: "insist" })).toMatchObject({ line: { present: mine }, undone: null });
});

it("chooses what an undo brings back", () => {
  const state = reduce(opening(flow), { do: "select", id: "a" });
  const fewer = { ...flow, cards: flow.cards?.slice(0, 1) } as Flow;
  const without = reduce(state, { do: "edit", by: () => fewer });
  expect(reduce(without, { do: "undo" }).selected).toBe("b");
});
