import { expect, it } from "vitest";
import { withNew } from "./shownOnce";

it("keeps what was shown once where it stood, whatever is there now", () => {
  let shown = withNew([], ["costCenter", "division"]);
  shown = withNew(shown, ["division"]); // emptied
  expect(shown).toEqual(["costCenter", "division"]);
  shown = withNew(shown, ["division", "costCenter", "team", "team"]); // typed anew: the last one of the object now
  expect(shown).toEqual(["costCenter", "division", "team"]);
});

it("is the same as long as nothing is new, so that nothing is drawn again for it", () => {
  const shown = ["a", "b"];
  expect(withNew(shown, [])).toBe(shown);
  expect(withNew(shown, ["b"])).toBe(shown);
});
