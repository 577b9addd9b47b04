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

it("chooses the event where the chosen card is gone", () => {
  const state = reduce(opening(flow), { do: "select", id: "b" });
  const theirs = { ...flow, cards: flow.cards?.slice(0, 1) } as Flow;
  expect(reduce(state, { do: "edit", by: () => theirs }).selected).toBe(EVENT);
});

it("chooses what an undo brings back", () => {
  const state = reduce(opening(flow), { do: "select", id: "a" });
  const fewer = { ...flow, cards: flow.cards?.slice(0, 1) } as Flow;
  const without = reduce(state, { do: "edit", by: () => fewer });
  expect(reduce(without, { do: "undo" }).selected).toBe("b");
});
