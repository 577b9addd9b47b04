import { describe, expect, it } from "vitest";
import type { Json } from "../../flow/document";
import { readAs, shownAs, stands } from "./literals";

describe("what is typed", () => {
  it.each<[string, string, Json | undefined]>([
    ["", "text", undefined],
    ["5", "text", "5"],
    ["5", "number", 5],
    ["-2.5", "number", -2.5],
    ["{{ a.b }}", "number", "{{ a.b }}"],
    ["potato", "number", "potato"],
    ["true", "boolean", true],
    ["5", "any", 5],
    ['"5"', "any", "5"],
    [" spaced ", "any", " spaced "],
    ['{"a": 1}', "object", { a: 1 }],
    ["[1, 2]", "list of number", [1, 2]],
    ["{{ rows.list }}", "list of object", "{{ rows.list }}"],
    ["{half", "object", "{half"],
    ["99999999999999999999", "number", "99999999999999999999"],
  ])("%j in a field of type %s", (typed, type, value) => {
    expect(readAs(typed, type)).toEqual(value);
  });
});

describe("what is typed key by key", () => {
  it.each([
    ["1.05", "number"],
    ["-0.5", "number"],
    ["0.001", "any"],
    ["1e3", "number"],
    ["10.0", "any"],
    ["123456789012345678", "number"],
    ['["a", "b"] ', "list of text"],
    ["[1.0, 2]", "list of number"],
    ['{"a":  1}', "object"],
    ['"5"', "any"],
    ["two words ", "text"],
  ])("%j in a field of type %s is left as it stands", (whole, type) => {
    for (let length = 1; length <= whole.length; length++) {
      const typed = whole.slice(0, length);
      expect(stands(typed, readAs(typed, type), type), typed).toBe(true);
      expect(stands(typed, readAs(typed, type) ?? "", type), typed).toBe(true);
    }
  });

  it.each<[string, Json | undefined, string]>([
    ["1.0", 2, "number"],
    ["1.0", undefined, "number"],
    ["", 1, "number"],
    ["", "a", "text"],
    ['["a"]', ["b"], "list of text"],
  ])("%j does not stand for %j", (typed, value, type) => {
    expect(stands(typed, value, type)).toBe(false);
  });

  it("is text where a number of the browser is too small for it", () => {
    expect(readAs("1.5e400", "number")).toBe("1.5e400");
  });
});

describe("what is shown is read as the same", () => {
  const values: Json[] = [
    "text",
    "5",
    "true",
    '"quoted"',
    5,
    true,
    { a: [1, "{{ x.y }}"] },
    ["a"],
    "{{ x }}",
  ];
  it.each(values)("%j", (value) => {
    expect(readAs(shownAs(value, "any"), "any")).toEqual(value);
  });
});
