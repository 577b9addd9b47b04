import { describe, expect, it } from "vitest";
import type { Card, OnError } from "./document";
import { footOf } from "./foot";
import type { Effect, Spec } from "./signature";

const change: Effect = {
  effect: "change",
  person: null,
  repeatable: false,
  read_back: null,
  undo: null,
  in_commit: false,
};

function spec(effect: Effect | null, variant?: Effect): Spec {
  const variants = variant
    ? [{ when: { ensure: [true] }, inputs: [], outputs: [], effect: variant, streams: false }]
    : [];
  return { options: [], inputs: [], outputs: [], variants, effect } as unknown as Spec;
}

const goOn = JSON.parse('{"then": "continue"}') as OnError;
const card = (more: Partial<Card> = {}): Card => ({ id: "a", card: "okta.suspend_user", ...more });

describe("the line below a card", () => {
  it.each([
    ["says nothing of a card that computes", card(), spec(null), ""],
    ["says nothing of a card that nobody knows", card(), undefined, ""],
    ["says that a card only reads", card(), spec({ ...change, effect: "read" }), "only reads"],
    [
      "tells of a change what it is and that an error stops the run",
      card(),
      spec(change),
      "On error: stop · changes something · not safe to repeat",
    ],
    [
      "tells whom it is about",
      card(),
      spec({ ...change, person: "user", repeatable: true }),
      "On error: stop · changes something for the person · safe to repeat",
    ],
    [
      "counts tries as the run does",
      card({ on_error: { retry: { times: 2 } } }),
      spec({ ...change, effect: "destroy" }),
      "On error: up to 3 tries where one may help, then stop · deletes something · not safe to repeat",
    ],
    [
      "tells that it is sent again where nobody knows",
      card({ on_error: { unknown: "repeat" } }),
      spec(change),
      "On error: stop · changes something · sent again also if nobody knows whether it happened",
    ],
    ["tells how the run goes on", card({ on_error: goOn }), spec(null), "On error: go on"],
    [
      "knows what an option makes of it",
      card({ options: { ensure: true } }),
      spec(change, { ...change, effect: "ensure", repeatable: true }),
      "On error: stop · makes sure of it · safe to repeat",
    ],
    [
      "tells of Keyturn's own data that it changes once",
      card(),
      spec({ ...change, in_commit: true }),
      "On error: stop · changes something · never twice",
    ],
  ])("%s", (_, one, of, expected) => {
    expect(footOf(one, of)).toBe(expected);
  });
});
