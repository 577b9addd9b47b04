import { expect, it } from "vitest";
import { beginningOf } from "./beginning";

it("shows the shape of a large value by its beginning", () => {
  const people = Array.from({ length: 60 }, (_, id) => ({
    id,
    profile: { login: `p${id}` },
    tags: [1, 2, 3, 4],
  }));
  const found = beginningOf({ people, note: "x".repeat(50_000), none: null });
  expect(found).toEqual({
    people: [0, 1, 2].map((id) => ({ id, profile: { login: `p${id}` }, tags: [1, 2, 3] })),
    note: `${"x".repeat(2_000)}…`,
    none: null,
  });
});
