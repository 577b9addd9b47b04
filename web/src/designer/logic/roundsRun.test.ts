import { expect, it } from "vitest";
import { oneRound } from "./roundsRun";

const went = [
  "before",
  "each",
  "each[0]/check",
  "each[0]/if_lane",
  "each[1]/check",
  "each[1]/otherwise",
  "each[1]/deep[0]/leaf",
  "each[1]/deep[1]/leaf",
].map((path) => ({ path }));

function paths(wanted: Record<string, number>): string[] {
  return oneRound(went, wanted).entries.map((entry) => entry.path);
}

it("gives what stands in no loop, and of each loop the last round", () => {
  expect(paths({})).toEqual(["before", "each", "each[1]/check", "each[1]/otherwise", "each[1]/deep[1]/leaf"]);
  expect(oneRound(went, {}).loops).toEqual([
    { loop: "each", round: 1, count: 2, more: false },
    { loop: "deep", round: 1, count: 2, more: false },
  ]);
});

it("gives the round that is wanted, with nothing of another", () => {
  expect(paths({ each: 0 })).toEqual(["before", "each", "each[0]/check", "each[0]/if_lane"]);
  expect(paths({ deep: 0 })).toContain("each[1]/deep[0]/leaf");
  expect(oneRound(went, { each: 0 }).loops).toEqual([{ loop: "each", round: 0, count: 2, more: false }]);
});

it("gives the last round where there is none of that number", () => {
  expect(paths({ each: 7 })).toContain("each[1]/check");
});

it("leaves out the last round that is here where there are more, for it may be cut", () => {
  const cut = [{ path: "each", outputs: { count: 9 } }, ...went.slice(2)];
  const found = oneRound(cut, {});
  expect(found.loops).toEqual([{ loop: "each", round: 0, count: 1, more: true }]);
  expect(found.entries.map((entry) => entry.path)).toEqual(["each", "each[0]/check", "each[0]/if_lane"]);
});
