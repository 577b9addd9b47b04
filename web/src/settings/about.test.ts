import { expect, it } from "vitest";
import { grouped } from "./about";

it("puts settings together by what they are about, and loses none", () => {
  const names = ["KEYTURN_NEW", "KEYTURN_RUNS_AT_ONCE", "KEYTURN_PORT", "KEYTURN_HOST"];
  expect(grouped(names)).toEqual([
    ["reach", ["KEYTURN_HOST", "KEYTURN_PORT"]],
    ["limits", ["KEYTURN_RUNS_AT_ONCE"]],
    ["other", ["KEYTURN_NEW"]],
  ]);
});
