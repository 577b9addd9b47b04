import { expect, it } from "vitest";
import type { Flow } from "../../flow/document";
import said from "../../flow/said.json";
import { text } from "../../text";
import type { Found } from "../context";
import { inWords } from "./inWords";

const sentences = Object.entries(said as Record<string, string[]>);
// what stands in documents and nowhere on the screen
const ofDocuments =
  /\b(?:with|call|do|when|set|outputs|inputs|options|try|catch|connection|then|values|on):|\bnull\b|keyturn|undefined|'/;

it("has a sentence for every one that the checker says, and for no other", () => {
  expect(Object.keys(text.problems).sort()).toEqual(sentences.map(([name]) => name).sort());
});

it.each(sentences)("says %s by what the checker names in it, and in words of the screen", (name, parts) => {
  const named = new Proxy(Object.fromEntries(parts.map((part) => [part, `<${part}>`])), {
    get(target, part: string) {
      if (!(part in target)) {
        throw new Error(`${name} names ${part}, which the checker does not tell.`);
      }
      return target[part];
    },
  });
  const words = text.problems[name]?.(named).join(" ");
  expect(words).toMatch(/[.>]$/);
  expect(words).not.toMatch(ofDocuments);
});

const titles = new Map([
  ["get", "2 · Get"],
  ["get.output", "Output"],
]);
const calling = {
  titles,
  specs: new Map([
    [
      "okta.read",
      {
        connector: "okta",
        category: "Okta",
        inputs: [],
        options: [],
        variants: [{ when: {}, inputs: [{ name: "limit", title: "Limit", fields: [] }], outputs: [] }],
      },
    ],
  ]) as never,
  connections: [{ id: "main", connector: "okta", name: "Northwind" }],
  helpers: [{ id: "say-it", name: "Say it" }],
};
const flow = {
  id: "mine",
  name: "Mine",
  event: { card: "manual" },
  cards: [{ id: "find", card: "okta.read" }],
} as Flow;
const found = (name: string, parts: Record<string, string>) => {
  const place = { card: "find", field: "limit", path: ["inputs", "limit"] };
  const problem = { what: "W {{ get.output }}.", mend: "M.", said: name, parts, ...place };
  return inWords(problem as unknown as Found, flow, calling);
};

it.each([
  [
    "missing-input/flow",
    { flow: "say-it", name: "Person" },
    "“Say it” is not given “Person”; it will be empty there.",
  ],
  ["helper-circle", { flow: "mine" }, "This flow leads back to this flow."],
  [
    "reference-to-later-card",
    { reference: "{{ get.output }}", root: "get" },
    "“2 · Get › Output” is not there yet: “2 · Get” comes later.",
  ],
  [
    "mixed-comparison/typed",
    { text: "abc", number: "{{ get.output }}" },
    "“abc” is text and “2 · Get › Output” is a number: they are compared as text.",
  ],
  [
    "mixed-comparison",
    { text: "No. {{ get.output }}", number: "7" },
    "“No. 2 · Get › Output” is text and “7” is a number: they are compared as text.",
  ],
  [
    "bad-value/no-type",
    { value: "{{ get.output }}", type: "number" },
    "The value “2 · Get › Output” does not fit.",
  ],
  ["missing-connection", { title: "Read User", connector: "okta" }, "Read User needs a connection to Okta."],
  [
    "connection-of-others",
    { connection: "main", author: "a" },
    "The connection “Northwind” is for others than you to build with.",
  ],
  ["unknown-input", { title: "Search", name: "limit" }, "Search has no field “Limit”."],
  ["", {}, "W “2 · Get › Output”."],
  ["of-a-newer-server", {}, "W “2 · Get › Output”."],
])("says %s with %j", (name, parts, what) => {
  expect(found(name, parts as Record<string, string>).what).toBe(what);
});
