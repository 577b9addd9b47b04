import { describe, expect, it } from "vitest";
import type { Card, Flow } from "../../flow/document";
import { type Change, differenceOf } from "./difference";
import type { Known } from "./leaves";
import { narrowed, type Shown } from "./shown";
import type { Spec } from "./signature";

const field = (name: string, title: string, more: object = {}) => ({
  ...{ name, title, type: "text", about: "", choices: [], format: "plain", fields: [], default: null },
  ...more,
});
const spec = (key: string, title: string, more: object = {}) =>
  ({ key, title, options: [], inputs: [], outputs: [], variants: [], ...more }) as unknown as Spec;
const specs = new Map([
  ["manual", spec("manual", "By Hand")],
  ["flow.call", spec("flow.call", "Call Flow")],
  ["text.compose", spec("text.compose", "Compose", { inputs: [field("text", "Text")] })],
  [
    "okta.api",
    spec("okta.api", "Custom API Action", {
      options: [field("method", "Request type", { choices: [{ value: "PUT", label: "Put (whole)" }] })],
      inputs: [field("body", "Body", { type: "object", fields: [field("login", "Login name")] })],
    }),
  ],
  ["branch.if", spec("branch.if", "If/Else")],
]);
const known: Known = {
  specs,
  connections: [{ id: "okta-1", name: "Our Okta" }],
  helpers: [
    { id: "leaver", name: "Microsoft leaver" },
    { id: "google", name: "Google part" },
  ],
};
const compose: Card = { id: "compose", card: "text.compose", inputs: { text: "Hello" } };
const call: Card = {
  id: "call_flow_2",
  card: "flow.call",
  call: { flow: "leaver", with: { Username: "{{ event.name }}" } },
};
const calling = (id: string, flow: string): Card => ({ id, card: "flow.call", call: { flow } });
const flow: Flow = { id: "f", name: "F", event: { card: "manual" }, cards: [compose, call] };

const read = (value: Shown | null) =>
  value === null ? "nothing" : value.map(({ chip, said }) => (chip ? `[${said}]` : said)).join("");
const said = ({ where, what, values }: Change) =>
  [where, what, ...(values ? [`${read(values.before)} -> ${read(values.after)}`] : [])]
    .filter(Boolean)
    .join(" | ");
const lines = (old: Flow, now: Flow) => differenceOf(old, now, known).map(said);
const having = (...cards: Card[]): Flow => ({ ...flow, cards });

describe("differenceOf", () => {
  it.each<[string, Flow, Flow, string[]]>([
    ["nothing where only emptiness differs", flow, having({ ...compose, title: null, do: [] }, call), []],
    [
      "a value by the card's number, the field and what it refers to",
      flow,
      having(compose, { ...call, call: { flow: "leaver", with: { Username: "{{ event.name }} two" } } }),
      ["2 · Call Flow | Username | [Event › name] -> [Event › name] two"],
    ],
    [
      "references by the number of one of several cards with the same title",
      having(compose, { ...compose, id: "other" }),
      having(compose, { ...compose, id: "other", inputs: { text: "{{ compose.output }}" } }),
      ["2 · Compose | Text | Hello -> [1 · Compose › output]"],
    ],
    [
      "cards that came and went",
      flow,
      having({ ...compose, id: "fresh", title: "Greet" }, call),
      ["1 · Greet | added", "1 · Compose | removed"],
    ],
    [
      "another order",
      flow,
      having(call, compose),
      ["the flow’s own row | other order | 1 · Compose, 2 · Call Flow -> 1 · Call Flow, 2 · Compose"],
    ],
    [
      "an order of cards with one title by the flows that they call, also where one has another title now",
      having(calling("ms", "leaver"), calling("gw", "google")),
      having(calling("gw", "google"), { ...calling("ms", "leaver"), title: "Office part" }),
      [
        "2 · Office part | Title | nothing -> Office part",
        "the flow’s own row | other order | 1 · Call Flow (Microsoft leaver), 2 · Call Flow (Google part) -> 1 · Call Flow (Google part), 2 · Office part (Microsoft leaver)",
      ],
    ],
    [
      "an order of cards with one title by the first field in which they differ",
      having(compose, { ...compose, id: "other", inputs: { text: "Bye {{ event.name }}" } }, call),
      having({ ...compose, id: "other", inputs: { text: "Bye {{ event.name }}" } }, call, compose),
      [
        "the flow’s own row | other order | 1 · Compose (Text: Hello), 2 · Compose (Text: Bye Event › name), 3 · Call Flow -> 1 · Compose (Text: Bye Event › name), 2 · Call Flow, 3 · Compose (Text: Hello)",
      ],
    ],
    [
      "fields of cards with one title by the flows that they call",
      having(calling("ms", "leaver"), calling("gw", "google")),
      having(calling("ms", "leaver"), { ...calling("gw", "google"), note: "later" }),
      ["2 · Call Flow (Google part) | Note | nothing -> later"],
    ],
    [
      "options, connections and fields inside by their titles",
      having({ id: "api", card: "okta.api", inputs: { body: { login: "a" } } }),
      having({
        id: "api",
        card: "okta.api",
        connection: "okta-1",
        options: { method: "PUT" },
        inputs: { body: { login: "b" } },
      }),
      [
        "1 · Custom API Action | Body › Login name | a -> b",
        "1 · Custom API Action | Connection | nothing -> Our Okta",
        "1 · Custom API Action | Request type | nothing -> Put (whole)",
      ],
    ],
    [
      "what happens on an error",
      having(compose),
      // biome-ignore lint/suspicious/noThenProperty: the word of the document
      having({ ...compose, on_error: { retry: { times: 3, wait: "1s..30s" }, then: "continue" } }),
      [
        "1 · Compose | And then | Stop the run as failed -> Go on with the next card",
        "1 · Compose | More tries | nothing -> 3",
      ],
    ],
    [
      "conditions, branches, and a card that went into one",
      having(compose, {
        id: "if",
        card: "branch.if",
        branches: [{ when: { a: "{{ compose.output }}", is: "is empty" } }],
      }),
      having({
        id: "if",
        card: "branch.if",
        branches: [
          {
            when: {
              any: [
                { a: "{{ event.x }}", is: "equal to", b: 1 },
                { a: 2, is: "is empty" },
              ],
            },
          },
          { otherwise: true, cards: [compose] },
        ],
      }),
      [
        "1 · If/Else | if | [Compose › output] is empty -> [Event › x] equal to 1 or 2 is empty",
        "1 · If/Else | the branch “otherwise” was added",
        "2 · Compose | moved from the flow’s own row to “otherwise” of 1 · If/Else",
      ],
    ],
    [
      "what is said of the whole flow",
      flow,
      { ...flow, name: "G", save_data: false, event: { card: "manual", outputs: { login: "text" } } },
      [
        "Event | Type of login | nothing -> text",
        "Keep the values of each card in History | true -> false",
        "Name | F -> G",
      ],
    ],
  ])("tells %s", (_, old, now, expected) => {
    expect(lines(old, now).sort()).toEqual([...expected].sort());
  });
});

it("shows of long texts where they differ, and cuts no reference", () => {
  const long = `${"a".repeat(80)}{{ event.name }}`;
  expect(narrowed(`${long} one ${"z".repeat(100)}`, `${long} two ${"z".repeat(100)}`)).toEqual([
    `…${"a".repeat(13)}{{ event.name }} one ${"z".repeat(29)}…`,
    `…${"a".repeat(13)}{{ event.name }} two ${"z".repeat(29)}…`,
  ]);
  const far = `${"a".repeat(80)}{{ event.a_name_that_is_rather_long }}`;
  expect(narrowed(`${far}b`, `${far}c`)[0]).toBe("…{{ event.a_name_that_is_rather_long }}b");
});
