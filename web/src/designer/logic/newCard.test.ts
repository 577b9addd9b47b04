import { describe, expect, it } from "vitest";
import type { Card, Flow } from "../../flow/document";
import { kindsAmong, newCard, searchAll, searchCards, startedBy } from "./newCard";
import type { Spec } from "./signature";

const spec = (key: string, more: Partial<Spec>) =>
  ({
    key,
    title: key,
    category: "Text",
    kind: "pure",
    connector: null,
    synonyms: [],
    app_synonyms: [],
    hidden: false,
    ...more,
  }) as Spec;

it("finds a card by what else it is called, and offers none that only exports have", () => {
  const cards = [
    spec("flow.wait_until", { title: "Wait Until", synonyms: ["wait delay duration"] }),
    spec("branch.join", { title: "Join", hidden: true }),
    spec("manual", { kind: "event" }),
  ];
  expect(searchCards(cards, "delay duration").map((one) => one.key)).toEqual(["flow.wait_until"]);
  expect(searchCards(cards, "join")).toEqual([]);
  expect(searchCards(cards, "").map((one) => one.key)).toEqual(["flow.wait_until"]);
});

it("takes an account or a person for what cards call a user", () => {
  const cards = [
    spec("okta.delete_user", { title: "Delete User" }),
    spec("okta.delete_group", { title: "Delete Group" }),
    spec("x.delete_account", { title: "Delete Account" }),
  ];
  expect(searchCards(cards, "delete account").map((one) => one.key)).toEqual([
    "x.delete_account",
    "okta.delete_user",
  ]);
  expect(searchCards(cards, "delete person").map((one) => one.key)).toEqual(["okta.delete_user"]);
});

it("puts a card first whose first other name was typed", () => {
  const cards = [
    spec("flow.paginate", { category: "API", synonyms: ["pages", "loop"] }),
    spec("list.filter_custom", { category: "List", synonyms: ["where", "loop"] }),
    spec("list.for_each", { category: "List", synonyms: ["loop", "iterate"] }),
  ];
  expect(searchCards(cards, "loop")[0]?.key).toBe("list.for_each");
});

it("finds helper flows by name, behind the card of the same name, and adds the card that calls one", () => {
  const cards = [
    spec("flow.call", { title: "Call Flow", options: [], category: "Flow Control" }),
    spec("text.compose", { title: "Compose" }),
  ];
  const helpers = [
    { id: "ms", name: "Microsoft leaver" },
    { id: "co", name: "Compose" },
  ];
  const named = (search: string) =>
    searchAll(cards, helpers, search).map((one) => one.helper?.name ?? `card ${one.spec.title}`);
  expect(named("microsoft lea")).toEqual(["Microsoft leaver"]);
  expect(named("compose")).toEqual(["card Compose", "Compose"]);
  expect(named("call flow")).toEqual(["card Call Flow"]);
  expect(named("")).toEqual(["card Call Flow", "card Compose"]);
  const [found] = searchAll(cards, helpers, "leaver");
  const flow = { id: "f", name: "F", event: { card: "manual" } };
  expect(found && newCard(found, flow, [])).toEqual({
    id: "call_flow",
    card: "flow.call",
    title: "Microsoft leaver",
    call: { flow: "ms" },
  });
});

describe("the connection of what is added", () => {
  const suspend = spec("okta.suspend_user", { title: "Suspend User", connector: "okta", options: [] });
  const started = spec("okta.user_suspended", { kind: "event", connector: "okta" });
  const connections = ["corp", "okta", "okta_eu"].map((id) => ({ id, connector: "okta" }));
  const card = (connection: string) => ({ id: connection, card: "okta.read_user", connection });
  const manual = { id: "f", name: "F", event: { card: "manual" } };
  const loop = (cards: Card[]) => ({ ...manual, cards: [{ id: "l", card: "list.for_each", do: cards }] });
  it.each<[string, Flow, number, string | undefined]>([
    ["the only one there is", manual, 1, "corp"],
    ["that of the other cards, wherever they stand", loop([card("okta"), card("okta")]), 3, "okta"],
    ["that of the event", { ...manual, event: { card: "okta.x", connection: "okta_eu" } }, 3, "okta_eu"],
    ["none where there are several and no card says", manual, 3, undefined],
    ["none where the cards say several", loop([card("okta"), card("corp")]), 3, undefined],
    ["none where the one they say is not there", loop([card("gone")]), 3, undefined],
    ["none where there is none", manual, 0, undefined],
  ])("is %s", (_, flow, count, id) => {
    const there = [...connections.slice(0, count), { id: "graph", connector: "office365" }];
    expect(newCard({ spec: suspend }, flow, there).connection).toBe(id);
    expect(startedBy(flow, started, undefined, there).event.connection).toBe(id);
  });
});

it("puts a card first whose title begins with what was typed", () => {
  const cards = [
    spec("branch.assign_if", { title: "Assign If", category: "Branching" }),
    spec("branch.if_else", { title: "If/Else", category: "Branching" }),
    spec("branch.continue_if", { title: "Continue If", category: "Branching" }),
  ];
  expect(searchCards(cards, "if")[0]?.key).toBe("branch.if_else");
});

it("finds a short word at the beginning of a word alone, and as a whole word if another one follows", () => {
  const office = { category: "Office 365", app_synonyms: ["Outlook", "Entra admin"] };
  const cards = [
    spec("office365.add_user", { title: "Add User", ...office }),
    spec("office365.automatic", { title: "Set Automatic Reply", synonyms: ["out of office"], ...office }),
    spec("slack.direct", { title: "Send Direct Message", synonyms: ["dm user"], category: "Slack" }),
  ];
  const keys = (search: string) => searchCards(cards, search).map((one) => one.key);
  expect(keys("dm user")).toEqual(["slack.direct"]);
  expect(keys("dm")).toEqual(["slack.direct"]);
  expect(keys("out of office")).toEqual(["office365.automatic"]);
  expect(keys("out")).toEqual(["office365.automatic", "office365.add_user"]);
  expect(keys("ad user")).toEqual([]);
  expect(keys("user ad")).toEqual(["office365.add_user"]);
  expect(keys("look reply")).toEqual(["office365.automatic"]);
});

it("puts what fits alike of connected apps first", () => {
  const custom = (connector: string, title = "Custom API Action") =>
    spec(`${connector}.custom`, { title, category: connector, connector });
  const cards = [custom("github"), custom("okta"), custom("slack", "Custom API")];
  const found = (...connected: string[]) =>
    searchAll(cards, [], "custom api", new Set(connected)).map((one) => one.spec.connector);
  expect(found("okta")).toEqual(["slack", "okta", "github"]); // what fits better stays first
  expect(found()).toEqual(["slack", "github", "okta"]);
});

it("has the functions of an app beside its actions, whichever of them are found", () => {
  const paginate = spec("flow.paginate", {
    title: "Paginate",
    category: "API Connector",
    synonyms: ["pages"],
  });
  const get = spec("api_connector.get", {
    title: "Get",
    category: "API Connector",
    connector: "api_connector",
  });
  const all = [spec("text.compose", {}), paginate, get];
  expect(kindsAmong(all, all)).toEqual({ apps: ["API Connector"], functions: ["Text"] });
  const found = searchCards(all, "pages");
  expect(found).toEqual([paginate]);
  expect(kindsAmong(found, all)).toEqual({ apps: ["API Connector"], functions: [] });
});
