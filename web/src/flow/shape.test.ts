import { describe, expect, it } from "vitest";
import { shapedCards, shapedFlow } from "./shape";

const card = { id: "a", card: "text.compose" };
const flow = { id: "f", name: "F", event: { card: "manual" } };

describe("the shape of cards", () => {
  it.each([
    card,
    { ...card, title: null, connection: null, on_error: null, call: null, note: null },
    { ...card, later: { any: "thing" }, inputs: { text: [1, { x: null }] } },
    {
      ...card,
      outputs: { level: "text" },
      branches: [{ when: { a: 1 }, cards: [card] }, { otherwise: true }],
    },
    { ...card, do: [card], call: { flow: "g", with: { x: 1 } } },
    { ...card, on_error: { retry: { times: 3, wait: "1s", on: [429, "5xx"] }, unknown: "ask", values: {} } },
  ])("knows %j", (one) => {
    expect(shapedCards([one])).toEqual([one]);
  });

  it.each([
    null,
    "a",
    [],
    { card: "text.compose" },
    { ...card, title: { x: 1 } },
    { ...card, note: 1 },
    { ...card, inputs: "x" },
    { ...card, options: [] },
    { ...card, outputs: { level: {} } },
    { ...card, branches: {} },
    { ...card, branches: [null] },
    { ...card, branches: [{ cards: [{ id: "b" }] }] },
    { ...card, do: [{ ...card, title: 1 }] },
    { ...card, call: { with: {} } },
    { ...card, on_error: { retry: { times: "3" } } },
  ])("refuses %j", (one) => {
    expect(shapedCards([card, one])).toBeNull();
  });

  it("is that of a list", () => {
    expect(shapedCards({})).toBeNull();
    expect(shapedCards([])).toEqual([]);
  });
});

describe("the shape of flows", () => {
  it.each([
    flow,
    { ...flow, about: null, limits: { at_once: 2 }, cards: [card], save_data: false, folder: "x" },
  ])("knows %j", (one) => {
    expect(shapedFlow(one)).toBe(one);
  });

  it.each([
    null,
    {},
    { ...flow, name: 1 },
    { ...flow, event: "manual" },
    { ...flow, event: { card: "manual", outputs: { x: 1 } } },
    { ...flow, cards: [{ ...card, title: [] }] },
    { ...flow, limits: 3 },
  ])("refuses %j", (one) => {
    expect(shapedFlow(one)).toBeNull();
  });
});
