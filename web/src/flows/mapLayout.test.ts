import { expect, it } from "vitest";
import { layOutMap } from "./mapLayout";

it("puts what is called to the right of all that calls it", () => {
  const { nodes, edges } = layOutMap([
    { id: "a", calls: ["b", "c"] },
    { id: "b", calls: ["c"] },
    { id: "c", calls: ["gone"] },
    { id: "alone", calls: [] },
  ]);
  const x = new Map(nodes.map((node) => [node.id, node.x]));
  expect([x.get("a"), x.get("b"), x.get("c"), x.get("alone")]).toEqual([0, 260, 520, 0]);
  expect(edges).toHaveLength(3);
  expect(new Set(nodes.map((node) => `${node.x} ${node.y}`)).size).toBe(4);
});

it("ends where flows call each other in a circle", () => {
  const { nodes, edges } = layOutMap([
    { id: "a", calls: ["b"] },
    { id: "b", calls: ["a"] },
  ]);
  expect(nodes).toHaveLength(2);
  expect(edges).toHaveLength(2);
});
