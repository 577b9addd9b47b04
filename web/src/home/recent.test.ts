import { expect, it } from "vitest";
import type { Run } from "../history/runs";
import { recentFlows } from "./recent";

function run(id: string, flow: string): Run {
  return { id, flow_id: flow, flow_name: flow.toUpperCase() } as Run;
}

it("gathers the latest runs by flow, each flow's oldest first", () => {
  const newest = [run("5", "a"), run("4", "b"), run("3", "a"), run("2", "a"), run("1", "c")];
  const flows = recentFlows(newest, 2, 2);
  expect(flows.map((flow) => [flow.id, flow.name, flow.runs.map((one) => one.id)])).toEqual([
    ["a", "A", ["3", "5"]],
    ["b", "B", ["4"]],
  ]);
});
