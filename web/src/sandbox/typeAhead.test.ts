import { expect, it } from "vitest";
import { afterTyping } from "./typeAhead";

const lines = ["nothing", "refuses: 401 not signed in", "refuses: 403 not allowed", "does it, never answers"];

it("finds a line by its beginning, by one of its words, and the next one by the same letter", () => {
  const first = afterTyping({ said: "", at: 0 }, "r", 5_000, lines, 0);
  expect(first.option).toBe(1);
  const again = afterTyping(first.typed, "r", 5_100, lines, first.option);
  expect(again.option).toBe(2);
  expect(afterTyping(again.typed, "r", 5_200, lines, again.option).option).toBe(1);
  const four = afterTyping({ said: "", at: 0 }, "4", 9_000, lines, 0);
  expect(four.option).toBe(1);
  const forty = afterTyping(four.typed, "0", 9_100, lines, four.option);
  expect(forty.option).toBe(1);
  expect(afterTyping(forty.typed, "3", 9_200, lines, forty.option).option).toBe(2);
  expect(afterTyping(forty.typed, "d", 20_000, lines, 1).option).toBe(3);
  expect(afterTyping({ said: "", at: 0 }, "z", 9_000, lines, 1).option).toBe(-1);
});
