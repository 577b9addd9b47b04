import { expect, it } from "vitest";
import { type Check, standingOf } from "./connections";
import { isUntold } from "./Health";

const check = (told: boolean, name: Check["state"]["name"]) =>
  ({ works: true, told, state: { name } }) as unknown as Check;

it.each([
  [false, "unused", "works", true],
  [false, "works", "works", false],
  [false, "failing", "failing", false],
  [true, "works", "works", false],
] as const)(
  "goes by what requests have shown where a test does not tell: %s, %s",
  (told, name, standing, untold) => {
    const found = check(told, name);
    expect([standingOf(found), isUntold(found)]).toEqual([standing, untold]);
  },
);
