import { expect, it } from "vitest";
import type { Run } from "../history/runs";
import { barHeight, recentFlows } from "./recent";

function run(id: string, flow: string, ms: number | null = 1): Run {
  return { id, flow_id: flow, flow_name: flow.toUpperCase(), ms } as Run;
}

it("gathers the latest runs by flow, each flow's oldest first", () => {
  const newest = [run("5", "a"), run("4", "b"), run("3", "a"), run("2", "a"), run("1", "c")];
  const flows = recentFlows(newest, 2, 2);
  expect(flows.map((flow) => [flow.id, flow.name, flow.runs.map((one) => one.id)])).toEqual([
    ["a", "A", ["3", "5"]],
    ["b", "B", ["4"]],
  ]);
});

it("makes bars by time among neighbours", () => {
  const all = [run("1", "a", 9), run("2", "a", 99), run("3", "a", null)];
  expect(all.map((one) => barHeight(one, all))).toEqual([0.5, 1, 0.15]);
  expect(barHeight(run("1", "a", 0), [run("1", "a", 0)])).toBe(0.5);
});
