import { expect, it } from "vitest";
import { givenIn, testInputs, typedFrom } from "./testInputs";

const user = {
  name: "Okta User",
  title: "Okta User",
  type: "object",
  about: "",
  inside: [["ID"], ["Alternate ID"]],
};
const inputs = testInputs([
  user,
  { name: "days", title: "Days", type: "number", about: "" },
  { name: "other", title: "Other", type: "object", about: "", inside: [] },
]);
const key = (title: string) => inputs.find((input) => input.title === title)?.key ?? "";

it("asks for what is known in an object one by one", () => {
  expect(inputs.map(({ title, type }) => [title, type])).toEqual([
    ["Okta User: ID", "any"],
    ["Okta User: Alternate ID", "any"],
    ["Days", "number"],
    ["Other", "object"],
  ]);
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
