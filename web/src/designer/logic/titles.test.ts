import { expect, it } from "vitest";
import type { Flow } from "../../flow/document";
import { titlePairs } from "./titles";

it("tells cards of the same title apart by their numbers", () => {
  const flow: Flow = {
    id: "f",
    name: "F",
    event: { card: "manual" },
    cards: [
      { id: "one", card: "text.compose", title: "Compose" },
      {
        id: "loop",
        card: "list.for_each",
        title: "Each",
        do: [{ id: "two", card: "text.compose", title: "Compose" }],
      },
    ],
  };
  const titles = new Map(titlePairs(flow, new Map()));
  expect(["one", "loop", "two"].map((id) => titles.get(id))).toEqual(["1 · Compose", "Each", "3 · Compose"]);
});
