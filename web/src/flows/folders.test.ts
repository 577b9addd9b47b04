import { describe, expect, it } from "vitest";
import { type Folder, freeId, pathOf, placesFor, treeOf } from "./folders";

function folder(id: string, parent: string | null = null, name = id): Folder {
  return { id, name, about: "", parent, flows: 0, folders: 0, updated_at: "2026-01-01T00:00:00Z" };
}

const all = [
  folder("b"),
  folder("inner", "a"),
  folder("a", null, "z"),
  folder("lost", "gone"),
  folder("deep", "inner"),
];

describe("the tree of folders", () => {
  it("has folders by name, and at the top what has no place", () => {
    const tree = treeOf(all);
    expect(tree.map((node) => node.folder.id)).toEqual(["b", "lost", "a"]);
    expect(tree[2]?.inside[0]?.inside[0]?.folder.id).toBe("deep");
  });

  it("tells where a folder is", () => {
    expect(pathOf(all, "deep")).toEqual(["z", "inner", "deep"]);
    expect(pathOf(all, "nobody")).toEqual([]);
    expect(pathOf([folder("x", "y"), folder("y", "x")], "x")).toHaveLength(2);
  });

  it("offers no place inside of what is moved", () => {
    expect(placesFor(treeOf(all)).map(([one, level]) => [one.id, level])).toEqual([
      ["b", 0],
      ["lost", 0],
      ["a", 0],
      ["inner", 1],
      ["deep", 2],
    ]);
    expect(placesFor(treeOf(all), "inner").map(([one]) => one.id)).toEqual(["b", "lost", "a"]);
  });

  it("finds an id that is free", () => {
    expect(freeId("new", all)).toBe("new");
    expect(freeId("a", [...all, folder("a-2")])).toBe("a-3");
    expect(freeId("", all)).toBe("folder");
  });
});
