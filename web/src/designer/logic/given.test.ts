import { expect, test } from "vitest";
import type { Flow } from "../../flow/document";
import { ABOUT } from "../../flow/layout";
import { renameGiven, usersOf } from "./given";

const flow: Flow = {
  id: "f",
  name: "F",
  about: "{{ event.who }}",
  event: { card: "manual", outputs: { who: "text", other: "text" } },
  cards: [
    { id: "kept", card: "control.assign", inputs: { a: "{{ event.who }}", b: "{{ event.other }}" } },
    {
      id: "pick",
      card: "branch.if",
      branches: [
        {
          when: { a: "{{ kept.a as number }}", is: "equal to", b: 1 },
          set: { level: "{{ kept.a }} high" },
          cards: [],
        },
        {
          otherwise: true,
          set: { level: "low" },
          cards: [{ id: "in", card: "x", inputs: { t: '{{ event["who"][0].x }}' } }],
        },
      ],
      outputs: { level: "text" },
    },
    { id: "last", card: "x", inputs: { text: "{{ pick.level }} of \\{{ event.who }}" } },
  ],
};

test("a field of the event keeps those who use it when it is renamed", () => {
  const now = renameGiven(flow, "event", "who", "the login");
  expect(now.event.outputs).toEqual({ "the login": "text", other: "text" });
  expect(now.about).toBe('{{ event["the login"] }}');
  expect(now.cards?.[0]?.inputs).toEqual({ a: '{{ event["the login"] }}', b: "{{ event.other }}" });
  expect(now.cards?.[1]?.branches?.[1]?.cards?.[0]?.inputs).toEqual({ t: '{{ event["the login"][0].x }}' });
  expect(now.cards?.[2]).toBe(flow.cards?.[2]); // what does not use it is the same object
});

test("a field of a card is renamed where it goes in and where it is used", () => {
  const now = renameGiven(flow, "kept", "a", "who");
  expect(now.cards?.[0]?.inputs).toEqual({ who: "{{ event.who }}", b: "{{ event.other }}" });
  expect(now.cards?.[1]?.branches?.[0]?.when).toEqual({
    a: "{{ kept.who as number }}",
    is: "equal to",
    b: 1,
  });
  expect(now.cards?.[1]?.branches?.[0]?.set).toEqual({ level: "{{ kept.who }} high" });
});

test("what branches hand on has one name in all of them", () => {
  const now = renameGiven(flow, "pick", "level", "risk");
  expect(now.cards?.[1]?.outputs).toEqual({ risk: "text" });
  expect(now.cards?.[1]?.branches?.map((branch) => Object.keys(branch.set ?? {}))).toEqual([
    ["risk"],
    ["risk"],
  ]);
  expect(now.cards?.[2]?.inputs).toEqual({ text: "{{ pick.risk }} of \\{{ event.who }}" });
});

test.each([
  ["event", "who", ["kept", "in", ABOUT]],
  ["kept", "a", ["pick"]],
  ["kept", "b", []],
  ["pick", "level", ["last"]],
])("who uses %s.%s", (root, name, users) => {
  expect(usersOf(flow, root, name)).toEqual(users);
});
