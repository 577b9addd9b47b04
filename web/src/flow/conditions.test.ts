import { expect, it } from "vitest";
import { conditionText } from "./conditions";
import type { Values } from "./document";

it.each<[Values | null, string]>([
  [null, ""],
  [{ a: "{{ disable.status }}", is: "equal to", b: 204 }, "disable.status equal to 204"],
  [{ a: "{{ event.x }}", is: "empty" }, "event.x empty"],
  [
    {
      all: [
        { a: "{{ x }}", is: "greater than", b: "{{ y }}" },
        { any: [{ a: "a", is: "equal to", b: "b" }] },
      ],
    },
    "x greater than y and (a equal to b)",
  ],
  [
    {
      none: [
        { a: "a", is: "is empty" },
        { a: "b", is: "is empty" },
      ],
    },
    "none of: a is empty or b is empty",
  ],
  [{ a: null, is: "equal to", b: null }, "null equal to null"],
])("says %j in words", (when, words) => {
  expect(conditionText(when)).toBe(words);
});

it("says cards by their titles", () => {
  const titles = new Map([
    ["read_user", "Read User"],
    ["read_user.last_login", "Last login"],
  ]);
  const when: Values = {
    all: [
      { a: "{{ read_user.status }}", is: "equal to", b: "{{ event.x }}" },
      { a: "{{ read_user.last_login }}", is: "is empty" },
      { a: "{{ read_user }}", is: "is empty" },
    ],
  };
  expect(conditionText(when, titles)).toBe(
    "Read User › status equal to event.x and Read User › Last login is empty and Read User is empty",
  );
});
