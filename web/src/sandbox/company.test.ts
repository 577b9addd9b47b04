import { expect, it } from "vitest";
import { faultsFor, holdings, kindOf, type Person, standings } from "./company";

it("tells the fault of one tenant", () => {
  const on = ["graph:500", "okta:429x2@users", "graph:drop"];
  expect(kindOf(on, "okta")).toBe("429x2@users");
  expect(kindOf(on, "graph")).toBe("500,drop");
  expect(kindOf(on, "google")).toBe("");
});

it("offers first that nothing goes wrong, and what was set by hand", () => {
  expect(faultsFor("")[0]).toEqual({ value: "", label: "nothing" });
  expect(faultsFor("").filter(({ value }) => value === "")).toHaveLength(1);
  expect(faultsFor("500x2").map(({ value }) => value)).toContain("500x2");
});

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
