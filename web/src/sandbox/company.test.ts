import { expect, it } from "vitest";
import { kindOf } from "./company";

it("tells the fault of one tenant", () => {
  const on = ["graph:500", "okta:429x2@users", "graph:drop"];
  expect(kindOf(on, "okta")).toBe("429x2@users");
  expect(kindOf(on, "graph")).toBe("500,drop");
  expect(kindOf(on, "google")).toBe("");
});
