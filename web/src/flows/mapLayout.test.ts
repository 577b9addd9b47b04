import { expect, it } from "vitest";
import { layOutMap } from "./mapLayout";

it("puts what is called to the right of all that calls it", () => {
  const { nodes, edges, alone } = layOutMap([
    { id: "a", calls: ["b", "c"] },
    { id: "b", calls: ["c"] },
    { id: "c", calls: ["gone"] },
    { id: "alone", calls: [] },
  ]);
  const x = new Map(nodes.map((node) => [node.id, node.x]));
  expect([x.get("a"), x.get("b"), x.get("c"), x.has("alone")]).toEqual([0, 260, 520, false]);
  expect(alone).toEqual(["alone"]);
  expect(edges).toHaveLength(3);
  expect(new Set(nodes.map((node) => `${node.x} ${node.y}`)).size).toBe(3);
});

it("puts what is called beside those that call it, and flows that no call leads to beside the map", () => {
  const callers = Array.from({ length: 10 }, (_, number) => ({
    id: `c${number}`,
    calls: [`h${9 - number}`],
  }));
  const helpers = Array.from({ length: 10 }, (_, number) => ({ id: `h${number}`, calls: [] }));
  const { nodes } = layOutMap([...callers, ...helpers, { id: "own", calls: ["own", "gone"] }]);
  const y = new Map(nodes.map((node) => [node.id, node.y]));
  for (const { id, calls } of callers) {
    expect(y.get(calls[0] ?? "")).toBe(y.get(id));
  }
  expect(y.has("own")).toBe(false);
});

it("ends where flows call each other in a circle", () => {
  const { nodes, edges } = layOutMap([
    { id: "a", calls: ["b"] },
    { id: "b", calls: ["a"] },
  ]);
  expect(nodes).toHaveLength(2);
  expect(edges).toHaveLength(2);
});
