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

it("chooses what an undo brings back", () => {
  const state = reduce(opening(flow), { do: "select", id: "a" });
  const fewer = { ...flow, cards: flow.cards?.slice(0, 1) } as Flow;
  const without = reduce(state, { do: "edit", by: () => fewer });
  expect(reduce(without, { do: "undo" }).selected).toBe("b");
});
