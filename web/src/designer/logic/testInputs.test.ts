import { expect, it } from "vitest";
import { givenIn, notYet, testInputs, typedFrom } from "./testInputs";

const user = {
  name: "Okta User",
  title: "Okta User",
  type: "object",
  about: "",
  inside: [["ID"], ["Alternate ID"]],
};
const outputs = [
  user,
  { name: "days", title: "Days", type: "number", about: "" },
  { name: "other", title: "Other", type: "object", about: "", inside: [] },
];
const inputs = testInputs(outputs, {});
const key = (title: string) => inputs.find((input) => input.title === title)?.key ?? "";

it("asks for what is known in an object one by one", () => {
  expect(inputs.map(({ title, type }) => [title, type])).toEqual([
    ["Okta User: ID", "any"],
    ["Okta User: Alternate ID", "any"],
    ["Days", "number"],
    ["Other", "object"],
  ]);
});

it.each([
  ["a value, its own first", "{{ event.days }}", ["Days"]],
  ["a part", '{{ event["Okta User"]["Alternate ID"] }}', ["Okta User: Alternate ID"]],
  ["what is inside a part", '{{ event["Okta User"].ID.more }}', ["Okta User: ID"]],
  ["the whole of it", '{{ event["Okta User"] }}', ["Okta User: ID", "Okta User: Alternate ID"]],
  ["nothing of the event", "{{ other.days }}", []],
])("marks what the flow uses and has it first: %s", (_, written, used) => {
  const cards = [
    { id: "x", card: "y", branches: [{ cards: [{ id: "z", card: "y", inputs: { a: [written] } }] }] },
  ];
  for (const flow of [{ cards }, { about: written }]) {
    const found = testInputs(outputs, flow);
    expect(found.slice(0, used.length).map(({ title }) => title)).toEqual(used);
    expect(found.filter((input) => input.used).map(({ title }) => title)).toEqual(used);
    expect(found).toHaveLength(inputs.length);
  }
});

it("gives what was typed, and nothing for what is empty", () => {
  const typed = { [key("Okta User: Alternate ID")]: "eva@northwind.example", [key("Days")]: "3" };
  expect(givenIn(inputs, typed)).toEqual({
    "Okta User": { "Alternate ID": "eva@northwind.example" },
    days: 3,
  });
  expect(givenIn(inputs, {})).toEqual({});
});

it("takes the values of an event over", () => {
  const values = { "Okta User": { ID: "00u1", "Alternate ID": "12" }, days: 3, other: { a: [1] } };
  expect(givenIn(inputs, typedFrom(inputs, values))).toEqual(values);
  expect(givenIn(inputs, typedFrom(inputs, { days: null, other: "odd" }))).toEqual({ other: "odd" });
});

it.each([
  ["", "list of object", null],
  ['[{"name": "Ada"}]', "list of object", null],
  ['[{"name": "Ada"', "list of object", "list"],
  ['{"name": "Ada"}', "list of object", "list"],
  ["Ada", "list of text", "one"],
  ["[1]", "object", "object"],
  ['{"name": "Ada"}', "object", null],
  ["{{ event.people }}", "list of text", null],
  ["Ada", "text", null],
])("says of %s as %s what it is not yet: %s", (typed, type, wanted) => {
  expect(notYet(typed, type)).toBe(wanted);
});
