import { expect, it } from "vitest";
import type { Flow } from "../../flow/document";
import { sameFlow } from "./same";

const flow: Flow = {
  id: "f",
  name: "F",
  event: { card: "manual", outputs: { login: "text" } },
  cards: [{ id: "a", card: "list.for_each", inputs: { list: "{{ event.list }}", other: { b: 1, a: 2 } } }],
};
const [card] = flow.cards ?? [];

it.each<[string, Flow, boolean]>([
  ["itself", { ...flow }, true],
  [
    "one that says what holds without saying it",
    {
      cards: [
        {
          ...{ id: "a", card: "list.for_each", title: null, do: [], outputs: {}, branches: [] },
          inputs: { other: { a: 2, b: 1 }, list: "{{ event.list }}" },
          // biome-ignore lint/suspicious/noThenProperty: the word of the document
          on_error: { then: "halt", unknown: "ask" },
        },
      ],
      ...{ event: { outputs: { login: "text" }, card: "manual", note: null }, save_data: true, limits: null },
      ...{ name: "F", id: "f" },
    },
    true,
  ],
  ["one with another card", { ...flow, cards: [{ id: "b", card: "list.for_each" }] }, false],
  [
    "one that gives an empty text",
    { ...flow, cards: [{ ...card, inputs: { ...card?.inputs, more: "" } }] as never },
    false,
  ],
  ["one that keeps no values", { ...flow, save_data: false }, false],
  [
    "one that goes on after an error",
    // biome-ignore lint/suspicious/noThenProperty: the word of the document
    { ...flow, cards: [{ ...card, on_error: { then: "continue" } }] as never },
    false,
  ],
])("tells a flow from %s", (_, other, same) => {
  expect(sameFlow(flow, other)).toBe(same);
  expect(sameFlow(other, flow)).toBe(same);
});
