import { expect, it } from "vitest";
import { holdings, type Person, standings } from "./company";

const person = {
  okta: { status: "SUSPENDED", sessions: 0 },
  graph: { accountEnabled: null, sessions: 0 },
  google: { suspended: false, sessions: 2, tokens: 1 },
  slack: { active: true, sessions: 1 },
  scim: { active: false, groups: ["Sales"] },
  holds: { "okta groups": ["A", "B"], "okta factors": [] },
} as unknown as Person;

it("tells how accounts stand", () => {
  const found = standings(person);
  expect(Object.values(found).map((one) => [one.good, one.word])).toEqual([
    [false, "suspended"],
    [false, "none"],
    [true, "active"],
    [true, "active"],
    [false, "disabled"],
  ]);
});

it("tells what somebody holds, and no kind of which there is nothing", () => {
  expect(holdings(person)).toEqual([
    ["okta groups", ["A", "B"]],
    ["scim groups", ["Sales"]],
  ]);
});
