import { describe, expect, it } from "vitest";
import type { Json } from "../../flow/document";
import { readAs, shownAs } from "./literals";

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
