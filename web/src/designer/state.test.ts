import { expect, it } from "vitest";
import type { Flow } from "../flow/document";
import { EVENT } from "../flow/layout";
import { editing, opening, put, reduce } from "./state";

const flow: Flow = {
  id: "f",
  name: "F",
  event: { card: "manual" },
  cards: [
    { id: "a", card: "x" },
    { id: "b", card: "x" },
  ],
};
const titled = (id: string, title: string) => editing(id, (card) => put(card, "title", title));

it("undoes nothing of what came from somebody else", () => {
  let state = reduce(opening(flow), { do: "edit", by: titled("a", "mine") });
  const theirs = titled("b", "theirs")(state.line.present);
  state = reduce(state, { do: "adopt", flow: theirs });
  expect(reduce(state, { do: "undo" }).line.present).toBe(theirs);
  state = reduce(state, { do: "edit", by: titled("a", "mine again") });
  expect(reduce(state, { do: "undo" }).line.present).toBe(theirs);
});

it("chooses the event where the chosen card is gone", () => {
  const state = reduce(opening(flow), { do: "select", id: "b" });
  const theirs = { ...flow, cards: flow.cards?.slice(0, 1) } as Flow;
  expect(reduce(state, { do: "adopt", flow: theirs }).selected).toBe(EVENT);
});
