import { expect, it } from "vitest";
import type { Flow } from "../../flow/document";
import { EVENT } from "../../flow/layout";
import { unseenFrom } from "./unseen";

const flow: Flow = {
  id: "f",
  name: "F",
  event: { card: "manual" },
  cards: [
    { id: "first", card: "text.compose" },
    {
      id: "if",
      card: "branch.if",
      branches: [
        {
          cards: [
            { id: "upper", card: "text.upper" },
            { id: "beside", card: "text.compose" },
          ],
        },
        { otherwise: true, cards: [{ id: "other", card: "text.compose" }] },
      ],
    },
    { id: "last", card: "text.compose" },
  ],
};

it.each([
  ["what the event gives", "first", "event", null],
  ["a card before", "last", "first", null],
  ["a card before, from inside a branch", "upper", "first", null],
  ["beside it in a branch", "beside", "upper", null],
  ["a card behind", "first", "last", { kind: "later", of: "first" }],
  ["a card behind, from inside a branch", "upper", "last", { kind: "later", of: "upper" }],
  ["what is inside a frame, from before it", "first", "upper", { kind: "inside", of: "if" }],
  ["what is inside a frame, from behind it", "last", "upper", { kind: "inside", of: "if" }],
  ["what is inside a frame, from the frame", "if", "upper", { kind: "inside", of: "if" }],
  ["another branch", "other", "upper", { kind: "branch", of: "if" }],
  ["itself", "first", "first", { kind: "itself", of: "first" }],
  ["the frame around it", "upper", "if", { kind: "itself", of: "upper" }],
  ["a round where there is none", "last", "item", { kind: "elsewhere", of: "last" }],
  ["anything, from the event", EVENT, "event", { kind: "elsewhere", of: EVENT }],
])("%s", (_, card, root, why) => {
  expect(unseenFrom(flow, new Map(), card, null, root)).toEqual(why);
});

it("what a branch hands on is seen from its end", () => {
  expect(unseenFrom(flow, new Map(), "if", 0, "upper")).toBeNull();
  expect(unseenFrom(flow, new Map(), "if", 1, "upper")).toEqual({ kind: "inside", of: "if" });
});
