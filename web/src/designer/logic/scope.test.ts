import { describe, expect, it } from "vitest";
import type { Card, Flow } from "../../flow/document";
import { EVENT } from "../../flow/layout";
import { searchCards, startedBy } from "./newCard";
import {
  type Depth,
  insideKey,
  matching,
  recordKey,
  type Sample,
  SEARCHED,
  scopeAt,
  streamsAround,
} from "./scope";
import type { Field, Spec } from "./signature";
import { outputsOf, signatureOf } from "./signature";
import { change } from "./tree";

function field(name: string, type = "text"): Field {
  return {
    name,
    type,
    title: "",
    about: "",
    example: null,
    required: false,
    default: null,
    choices: [],
    format: "plain",
    okta: null,
    bad: null,
    inside: [],
    group: "",
    fields: [],
    choices_from: null,
    fields_from: null,
    needs: [],
    beyond: false,
  };
}

function spec(key: string, more: Partial<Spec> = {}): Spec {
  return {
    key,
    title: key,
    category: "Text",
    kind: "pure",
    summary: "",
    connector: null,
    inputs: [field("text")],
    outputs: [field("output")],
    options: [],
    variants: [],
    free_inputs: false,
    free_input: null,
    free_outputs: false,
    compares: false,
    branches: null,
    calls: false,
    body: false,
    rounds: null,
    effect: null,
    synonyms: [],
    app_synonyms: [],
    person: "",
    examples: [],
    okta: null,
    okta_also: [],
    beyond: false,
    hidden: false,
    cases: null,
    ...more,
  };
}

const specs = new Map(
  [
    spec("text.compose", { title: "Compose", synonyms: ["join", "concatenate"] }),
    spec("manual", { kind: "event", outputs: [], free_outputs: true }),
    spec("list.for_each", {
      title: "For Each",
      body: true,
      rounds: { sees: ["item", "index"], takes: "nothing" },
    }),
    spec("okta.read_user_groups", { title: "Read User Groups", category: "Okta", connector: "okta" }),
    spec("okta.read_user", { title: "Read User", category: "Okta", connector: "okta" }),
    spec("office365.disable_user", {
      ...{ title: "Disable User", category: "Office 365 Admin", connector: "office365" },
      ...{ synonyms: ["block", "lock out"], app_synonyms: ["Microsoft 365", "Entra ID"] },
    }),
    spec("branch.if_error", { branches: "try", free_outputs: true, outputs: [] }),
  ].map((one) => [one.key, one]),
);
const words = {
  event: "Event",
  run: "Run",
  flow: "Flow",
  item: "Item",
  index: "Number",
  memo: "Memo",
  record: "Record",
  error: "Error",
};
const inner: Card = { id: "inner", card: "text.compose" };
const flow: Flow = {
  id: "f",
  name: "F",
  event: { card: "manual", outputs: { login: "text" } },
  cards: [
    { id: "first", title: "The first", card: "text.compose" },
    { id: "each", card: "list.for_each", do: [inner] },
    {
      id: "safe",
      card: "branch.if_error",
      branches: [
        { try: true, cards: [] },
        { catch: true, cards: [{ id: "caught", card: "text.compose" }] },
      ],
    },
  ],
};
const roots = (id: string) => scopeAt(flow, id, specs, words).map((group) => group.root);

describe("scope", () => {
  it("has the event, the cards before, the run and the flow", () => {
    expect(roots("first")).toEqual(["event", "run", "flow"]);
    expect(roots("safe")).toEqual(["event", "first", "each", "run", "flow"]);
    expect(roots(EVENT)).toEqual([]);
  });

  it("has the item inside a loop and the error in a catch branch", () => {
    expect(roots("inner")).toEqual(["event", "item", "index", "first", "run", "flow"]);
    expect(roots("caught")).toEqual(["event", "error", "first", "each", "run", "flow"]);
  });

  it("opens objects and lists by their samples", () => {
    const samples = new Map([["first", { value: { output: [{ id: 7, "first name": "Ada" }] } }]]);
    const group = scopeAt(flow, "each", specs, words, samples).find((one) => one.root === "first");
    expect(group?.title).toBe("The first");
    expect(group?.fields.map((one) => [one.written, one.sample])).toEqual([
      ["{{ first.output }}", [{ id: 7, "first name": "Ada" }]],
      ["{{ first.output[].id }}", 7],
      ['{{ first.output[]["first name"] }}', "Ada"],
    ]);
  });

  it("says how large a sample is that is not here", () => {
    const samples = new Map([["first", { value: {}, large: { output: 3_200_000 } }]]);
    const group = scopeAt(flow, "each", specs, words, samples).find((one) => one.root === "first");
    expect(group?.fields).toMatchObject([{ sample: undefined, large: 3_200_000 }]);
  });

  it("gives a record that a card hands on the shape and the sample of the first one", () => {
    const streaming = change(flow, "each", (one) => ({ ...one, options: { results: "stream" } }));
    expect(streamsAround(streaming, "inner").map((card) => card.id)).toEqual(["each"]);
    const samples = new Map<string, Sample>([[recordKey("each"), { value: { mail: "ada" } }]]);
    const group = scopeAt(streaming, "inner", specs, words, samples).find((one) => one.root === "record");
    expect(group?.fields.map((one) => [one.written, one.sample])).toEqual([
      ["{{ record }}", { mail: "ada" }],
      ["{{ record.mail }}", "ada"],
    ]);
  });

  it("gives the item of a loop the shape and the sample of the first of its list, and looks deeper for who searches", () => {
    const deep = { a: { b: { c: { d: 1 } } } };
    const samples = new Map<string, Sample>([
      ["first", { value: { output: [{ mail: "ada", profile: deep }, { mail: "bob" }] } }],
    ]);
    const looped = change(flow, "each", (one) => ({ ...one, inputs: { list: "{{ first.output }}" } }));
    const fieldsOf = (depth?: Depth) =>
      (
        scopeAt(looped, "inner", specs, words, samples, null, undefined, depth).find(
          (one) => one.root === "item",
        )?.fields ?? []
      ).map((one) => [one.written, one.sample]);
    expect(fieldsOf()).toEqual([
      ["{{ item }}", { mail: "ada", profile: deep }],
      ["{{ item.mail }}", "ada"],
      ["{{ item.profile }}", deep],
    ]);
    const found = fieldsOf(SEARCHED).map(([written]) => written);
    expect(found).toContain("{{ item.profile.a.b }}");
    expect(found).not.toContain("{{ item.profile.a.b.c }}");
  });

  it("has what the app says is in an object, with its types", () => {
    const badge = { name: "badge", title: "Badge", type: "number", about: "Of the door" };
    const loaded = new Map([[insideKey("first", "output"), [badge]]]);
    const groups = scopeAt(flow, "each", specs, words, new Map(), null, loaded);
    const fields = groups.find((one) => one.root === "first")?.fields ?? [];
    expect(fields.map((one) => [one.written, one.path.at(-1), one.type])).toEqual([
      ["{{ first.output }}", "output", "text"],
      ["{{ first.output.badge }}", "Badge", "number"],
    ]);
  });

  it("knows what is declared to be in records before there was a run", () => {
    const records = { ...field("records"), type: "list of any", inside: [["id"], ["profile", "login"]] };
    const lists = new Map([...specs, ["list", spec("list", { outputs: [records] })]]);
    const looped = change(
      change(flow, "first", (one) => ({ ...one, card: "list" })),
      "each",
      (one) => ({ ...one, inputs: { list: "{{ first.records }}" } }),
    );
    const written = (root: string, depth?: Depth) =>
      scopeAt(looped, "inner", lists, words, new Map(), null, undefined, depth)
        .find((one) => one.root === root)
        ?.fields.map((one) => one.written);
    expect(written("item")).toEqual([
      "{{ item }}",
      "{{ item.id }}",
      "{{ item.profile }}",
      "{{ item.profile.login }}",
    ]);
    expect(written("first")).toEqual(["{{ first.records }}"]);
    expect(written("first", SEARCHED)).toContain("{{ first.records[].profile.login }}");
  });

  it("is searched by every word", () => {
    const found = matching(scopeAt(flow, "safe", specs, words), "first out");
    expect(found.flatMap((group) => group.fields.map((one) => one.written))).toEqual(["{{ first.output }}"]);
  });
});

it("takes the fields of the variants that hold", () => {
  const one = spec("x", {
    options: [{ ...field("method"), default: "GET" }],
    variants: [
      { when: { method: ["POST"] }, inputs: [field("body")], outputs: [], effect: null, streams: false },
    ],
  });
  expect(signatureOf(one, {}).inputs.map((input) => input.name)).toEqual(["text"]);
  expect(signatureOf(one, { method: "POST" }).inputs.map((input) => input.name)).toEqual(["text", "body"]);
});

it("hands on the error of a card that goes on", () => {
  // biome-ignore lint/suspicious/noThenProperty: the word of the document
  const card: Card = { id: "a", card: "x", on_error: { then: "continue", values: { failed: "yes" } } };
  expect(outputsOf(card, spec("x")).map((one) => one.name)).toEqual(["output", "failed", "error"]);
});

it.each([
  ["compose", "text.compose"],
  ["concat", "text.compose"],
  ["okta read user", "okta.read_user"],
  ["each", "list.for_each"],
  ["block user", "office365.disable_user"],
  ["microsoft", "office365.disable_user"],
  ["entra lock", "office365.disable_user"],
  ["microsoft 365 disable user", "office365.disable_user"],
])("finds a card by %j", (typed, key) => {
  expect(searchCards([...specs.values()], typed)[0]?.key).toBe(key);
});

it("offers no events among cards", () => {
  expect(searchCards([...specs.values()], "manual")).toEqual([]);
});

describe("a flow that another event starts", () => {
  const person = "{{ event.user.login }}";
  const suspended = spec("okta.suspended", { kind: "event", connector: "okta", free_outputs: false, person });
  const by = [{ id: "okta_eu", connector: "okta" }];
  const manual = { event: { card: "manual", outputs: { who: "text" } } };

  it("is about whom the event concerns, by a connection of its app", () => {
    expect(startedBy(manual, suspended, undefined, by)).toEqual({
      event: { card: "okta.suspended", connection: "okta_eu" },
      about: person,
    });
  });

  it("stays about whom the author named", () => {
    expect(startedBy({ ...manual, about: "{{ a.b }}" }, suspended, undefined, by).about).toBe("{{ a.b }}");
  });

  it("is about nobody again when an event without a person starts it", () => {
    const plain = spec("manual", { kind: "event", free_outputs: true });
    expect(startedBy({ event: { card: "okta.suspended" }, about: person }, plain, suspended, by)).toEqual({
      event: { card: "manual" },
    });
  });
});
