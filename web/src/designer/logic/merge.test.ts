import { describe, expect, it } from "vitest";
import type { Card, Flow } from "../../flow/document";
import { merged } from "./merge";

const card = (id: string, text = "x"): Card => ({ id, card: "text.compose", inputs: { text } });
const branch = (first: Card[], second: Card[] = []): Card => ({
  id: "if",
  card: "branch.if",
  branches: [
    { when: { a: 1, is: "is empty" }, cards: first },
    { otherwise: true, cards: second },
  ],
});
const flow = (cards: Card[], more: Partial<Flow> = {}): Flow => ({
  id: "f",
  name: "F",
  event: { card: "manual" },
  cards,
  ...more,
});
const [a, b, c, in_] = [card("a"), card("b"), card("c"), card("in")];
const base = flow([a, b, branch([in_])]);

describe("both are had", () => {
  it.each<[string, Flow, Flow, Flow]>([
    ["nothing has changed", base, base, base],
    [
      "different cards",
      flow([card("a", "1"), b, branch([in_])]),
      flow([a, card("b", "2"), branch([in_])]),
      flow([card("a", "1"), card("b", "2"), branch([in_])]),
    ],
    [
      "the same change by both",
      flow([card("a", "1"), b, branch([in_])]),
      flow([card("a", "1"), b, branch([in_])]),
      flow([card("a", "1"), b, branch([in_])]),
    ],
    [
      "a card that is added, and another one that is changed",
      flow([a, c, b, branch([in_])]),
      flow([a, card("b", "2"), branch([in_])]),
      flow([a, c, card("b", "2"), branch([in_])]),
    ],
    [
      "one that is added in a branch, and one in the flow's row",
      flow([a, b, branch([in_, c])]),
      flow([a, b, card("d"), branch([in_])]),
      flow([a, b, card("d"), branch([in_, c])]),
    ],
    [
      "one that goes into a branch, and is changed by the other",
      flow([a, branch([b, in_])]),
      flow([a, card("b", "2"), branch([in_])]),
      flow([a, branch([card("b", "2"), in_])]),
    ],
    [
      "one that is taken away, and another one that is changed",
      flow([b, branch([in_])]),
      flow([a, card("b", "2"), branch([in_])]),
      flow([card("b", "2"), branch([in_])]),
    ],
    [
      "a frame with all in it that is taken away, and a card that is changed",
      flow([a, b]),
      flow([card("a", "1"), b, branch([in_])]),
      flow([card("a", "1"), b]),
    ],
    [
      "a setting and a card",
      flow([a, b, branch([in_])], { name: "G" }),
      flow([a, card("b", "2"), branch([in_])]),
      flow([a, card("b", "2"), branch([in_])], { name: "G" }),
    ],
    [
      "different settings, of which one is taken away",
      flow([a, b, branch([in_])], { note: "n" }),
      flow([a, b, branch([in_])], { event: { card: "helper" } }),
      flow([a, b, branch([in_])], { note: "n", event: { card: "helper" } }),
    ],
    [
      "a branch that is added, and a card elsewhere",
      flow([a, b, { ...branch([in_]), branches: [...(branch([in_]).branches ?? []), { when: {} }] }]),
      flow([card("a", "1"), b, branch([in_])]),
      flow([
        card("a", "1"),
        b,
        { ...branch([in_]), branches: [...(branch([in_]).branches ?? []), { when: {} }] },
      ]),
    ],
    [
      "what the other leaves unsaid, which says the same",
      flow([card("a", "1"), b, branch([in_])]),
      flow([a, { ...b, note: null, on_error: {} }, branch([in_])], { save_data: true }),
      flow([card("a", "1"), b, branch([in_])]),
    ],
  ])("%s", (_, mine, theirs, both) => {
    expect(merged(base, mine, theirs)).toEqual(both);
    expect(merged(base, theirs, mine)).toMatchObject({ cards: both.cards?.map(({ id }) => ({ id })) });
  });
});

describe("a person decides", () => {
  it.each<[string, Flow, Flow]>([
    ["the same card", flow([card("a", "1"), b, branch([in_])]), flow([card("a", "2"), b, branch([in_])])],
    [
      "one changes what the other takes away",
      flow([b, branch([in_])]),
      flow([card("a", "1"), b, branch([in_])]),
    ],
    [
      "one changes a card inside what the other takes away",
      flow([a, b]),
      flow([a, b, branch([card("in", "1")])]),
    ],
    ["one adds a card inside what the other takes away", flow([a, b]), flow([a, b, branch([in_, c])])],
    ["both add to the same row", flow([a, b, branch([in_]), c]), flow([card("d"), a, b, branch([in_])])],
    [
      "both add a card of one name",
      flow([a, b, branch([in_, c])]),
      flow([a, b, branch([in_]), card("c", "1")]),
    ],
    ["both move one card", flow([a, branch([b, in_])]), flow([a, branch([in_], [b])])],
    [
      "the same setting",
      flow([a, b, branch([in_])], { name: "G" }),
      flow([a, b, branch([in_])], { name: "H" }),
    ],
    [
      "a branch is added, and a card in another one is changed",
      flow([a, b, { ...branch([in_]), branches: [...(branch([in_]).branches ?? []), { when: {} }] }]),
      flow([a, b, branch([card("in", "1")])]),
    ],
  ])("%s", (_, mine, theirs) => {
    expect(merged(base, mine, theirs)).toBeNull();
    expect(merged(base, theirs, mine)).toBeNull();
  });
});
