import { expect, it } from "vitest";
import { helperAtFault } from "./culprit";

const error = (card: string, run: string, message: string) => ({ card, run, message });
it.each([
  ["failed", "helper", "helper"],
  ["failed", "r", null],
  ["succeeded", "helper", null],
])("of a run that %s by %s", (status, where, wanted) => {
  const run = { id: "r", status, error: error("bad", where, "") as unknown as Record<string, never> };
  expect(helperAtFault(run)).toBe(wanted);
});
