import { expect, it } from "vitest";
import { ApiError, Unreachable } from "../api/errors";
import { importAll } from "./importing";

const file = (name: string) => ({ name, text: async () => name });

function ports(refusals: Record<string, Error>) {
  const kept: string[] = [];
  return {
    kept,
    read: async (name: string) =>
      name === "bad.yaml"
        ? { document: null, problems: [{ code: "yaml", what: "It is no YAML.", mend: "Look.", line: 3 }] }
        : { document: { id: name }, problems: [] },
    keep: async (id: string) => {
      if (refusals[id]) {
        throw refusals[id];
      }
      kept.push(id);
    },
  };
}

const refused = (code: string, what: string) => new ApiError(409, [{ code, what, mend: "Look anew." }]);

it("brings in the others where one is not kept, and names that one", async () => {
  const world = ports({
    "mine.yaml": refused("draft-changed", "Ada has changed it."),
    "odd.yaml": refused("bad-id", "That is no id."),
  });
  const files = ["one.yaml", "bad.yaml", "mine.yaml", "odd.yaml", "two.yaml"].map(file);
  const { good, failed } = await importAll(files, world);
  expect(world.kept).toEqual(["one.yaml", "two.yaml"]);
  expect(good).toBe(2);
  expect(failed).toEqual([
    { file: "bad.yaml", why: "line 3: It is no YAML. Look." },
    { file: "mine.yaml", why: expect.stringContaining("has a draft already") },
    { file: "odd.yaml", why: "That is no id. Look anew." },
  ]);
});

it("stops where the server is gone", async () => {
  const world = ports({ "one.yaml": new Unreachable() });
  await expect(importAll([file("one.yaml"), file("two.yaml")], world)).rejects.toBeInstanceOf(Unreachable);
  expect(world.kept).toEqual([]);
});
