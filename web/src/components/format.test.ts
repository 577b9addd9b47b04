import { expect, it } from "vitest";
import { clock, duration, size } from "./format";

it.each([
  [0, "0 ms"],
  [0.018, "0.02 ms"],
  [0.999, "1.00 ms"],
  [11.04, "11 ms"],
  [2_401, "2.4 s"],
  [59_960, "1 min 0 s"],
  [185_000, "3 min 5 s"],
  [3_599_600, "1 h 0 min"],
  [7_800_000, "2 h 10 min"],
])("says %d ms as %s", (ms, said) => {
  expect(duration(ms)).toBe(said);
});

it.each([
  [0, "0 B"],
  [999, "999 B"],
  [3_400, "3.4 kB"],
  [1_200_000, "1.2 MB"],
])("says %d bytes as %s", (bytes, said) => {
  expect(size(bytes)).toBe(said);
});

it("says a time to the hundredth of a second", () => {
  expect(clock("2026-11-25T10:12:04.314Z")).toMatch(/^\d\d:\d\d:04\.31$/);
});
