import { expect, it } from "vitest";
import { inParts } from "./flows";

it("asks for the last runs of all flows, in parts", () => {
  expect(inParts(["a", "b", "c", "d", "e"], 2)).toEqual([["a", "b"], ["c", "d"], ["e"]]);
  expect(inParts([], 2)).toEqual([]);
});
