import { describe, expect, it } from "vitest";
import { everything } from "./filter";
import { type At, following, isLost } from "./held";

const here = (...ids: string[]) => ({
  at: (number: number) => (ids[number] ? { id: ids[number] } : undefined),
  numberOf: (id: string) => (ids.includes(id) ? ids.indexOf(id) : undefined),
});
const at = (row: number, id: string | null): At => ({
  ...{ row, column: 1 },
  held: id === null ? null : { id, view: everything },
});

describe("the keyboard", () => {
  it.each([
    ["holds the row that it comes to", at(1, null), ["ada", "bob"], at(1, "bob"), false],
    ["waits for a row that is not here yet", at(1, null), ["ada"], at(1, null), false],
    ["stays", at(0, "ada"), ["ada", "bob"], at(0, "ada"), false],
    ["goes where its row goes", at(0, "ada"), ["bob", "ada"], at(1, "ada"), false],
    ["goes where its row goes when there are fewer", at(2, "bob"), ["ada", "bob"], at(1, "bob"), false],
    ["takes no other row instead of one that is gone", at(0, "ada"), ["bob"], at(0, "ada"), true],
    ["waits until what it is at is read", at(3, "ada"), ["bob"], at(3, "ada"), false],
  ])("%s", (_, before, ids, after, lost) => {
    expect(following(before, here(...ids), everything)).toEqual(after);
    expect(isLost(after, here(...ids), everything)).toBe(lost);
  });

  it("begins anew in another view", () => {
    const view = { ...everything, sort: "Login" };
    expect(following(at(0, "ada"), here("bob", "ada"), view).held).toEqual({ id: "bob", view });
    expect(isLost(at(0, "ada"), here("bob"), view)).toBe(false);
  });
});
