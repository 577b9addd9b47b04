import { expect, it } from "vitest";
import { barHeight } from "./bars";

const run = (ms: number | null) => ({ id: "a", status: "succeeded", ms });

it("makes bars by time among neighbours", () => {
  const all = [run(9), run(99), run(null)];
  expect(all.map((one) => barHeight(one, all))).toEqual([0.5, 1, 0.15]);
  expect(barHeight(run(0), [run(0)])).toBe(0.5);
});
