import { describe, expect, it } from "vitest";
import { nextRound } from "./CalledRounds";

const failed = [7, 3, 40].map((number) => ({ parent_path: `each[${number}]` }));

describe("the next failed round", () => {
  it("is the nearest behind, and the first one behind the last", () => {
    expect(nextRound(failed, 0)).toBe(3);
    expect(nextRound(failed, 3)).toBe(7);
    expect(nextRound(failed, 40)).toBe(3);
  });

  it("is none where no other has failed", () => {
    expect(nextRound([], 0)).toBeNull();
    expect(nextRound(failed.slice(0, 1), 7)).toBeNull();
  });
});
