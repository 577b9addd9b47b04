import { describe, expect, it } from "vitest";
import { standing } from "./standing";

const [ada, bob] = [{ key: "ada" }, { key: "bob" }];

describe("what is shown of a list", () => {
  it.each([
    ["is the first one to begin with", null, [ada, bob], true, ada, false],
    ["is nothing of an older list", null, [ada, bob], false, null, false],
    ["is nothing of no list", null, [], true, null, false],
    ["stays, whatever comes before it", bob, [ada, bob], true, bob, false],
    ["stays when it is gone, and nothing takes its place", ada, [bob], true, ada, true],
    ["stays when all are gone", ada, [], true, ada, true],
    ["is not said to be gone by an older list", ada, [], false, ada, false],
  ])("%s", (_, before, all, fresh, one, gone) => {
    expect(standing(before, all, fresh)).toEqual({ one, gone });
  });

  it("is as the list has it now", () => {
    const now = { key: "ada", since: "later" };
    expect(standing({ key: "ada", since: "before" }, [now], true).one).toBe(now);
  });
});
