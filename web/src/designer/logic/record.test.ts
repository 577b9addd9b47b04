import { expect, it } from "vitest";
import type { Json } from "../../flow/document";
import { type GivenValues, recordIn } from "./record";

const given = (written: { [name: string]: Json }, values: Json): GivenValues => ({ written, values });

it.each([
  ["nothing", [], undefined],
  ["the record itself", [given({ user: "{{ record }}" }, { user: { id: 7 } })], { id: 7 }],
  [
    "fields of it, by those who were given them",
    [
      given(
        { login: "{{ record.profile.login }}", text: "Hello {{ record.name }}" },
        { login: "ada", text: "Hello Ada" },
      ),
      given(
        { mail: '{{ record.profile["e mail"] }}', id: "{{ record.id }}" },
        { mail: "a@b.example", id: null },
      ),
    ],
    { profile: { login: "ada", "e mail": "a@b.example" }, id: null },
  ],
  [
    "it rather than fields of it",
    [given({ a: "{{ record.x }}", b: "{{ record }}" }, { a: 1, b: { x: 1, y: 2 } })],
    { x: 1, y: 2 },
  ],
  [
    "nothing of other values, other types, lists, and what was not kept",
    [
      given(
        {
          a: "{{ event.x }}",
          b: "{{ record.n as text }}",
          c: "{{ record.groups[].id }}",
          d: "{{ record.d }}",
          e: 5,
        },
        { a: 1, b: "1", c: ["g"], e: 5 },
      ),
      given({ a: "{{ record.x }}" }, null),
    ],
    undefined,
  ],
] as [string, GivenValues[], Json | undefined][])("finds %s", (_, values, record) => {
  expect(recordIn(values)).toEqual(record);
});
