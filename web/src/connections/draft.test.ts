import { expect, it } from "vitest";
import type { Connection, Connector } from "./connections";
import { begin, choiceOf, fieldsOf, freeId, sent } from "./draft";

const connector: Connector = {
  name: "office365",
  title: "Office 365 Admin",
  synonyms: ["Microsoft 365"],
  about: "",
  base_url: "https://graph.example",
  defaults: {},
  kinds: [
    {
      kind: "oauth_client_credentials",
      settings: { token_url: true, scope: false },
      secrets: ["client_secret"],
      optional: [],
      long: [],
      choices: {},
      guide: null,
    },
    {
      kind: "bearer",
      settings: { prefix: false },
      secrets: ["token"],
      optional: [],
      long: [],
      choices: {},
      guide: null,
    },
  ],
  actions: 1,
  events: 0,
  callback: "https://keyturn.example/oauth/callback",
  unverified: 0,
  own: false,
  needs_address: false,
};

it("begins with the usual kind and a free id", () => {
  const draft = begin(connector, null, new Set(["office365", "office365-2"]));
  expect([draft.id, draft.kind, draft.name]).toEqual([
    "office365-3",
    "oauth_client_credentials",
    "Office 365 Admin",
  ]);
  expect(freeId("okta", new Set())).toBe("okta");
});

it("has a list to choose from where the server says which values there are", () => {
  const kind = { choices: { client_auth: ["form", "basic"] } } as unknown as Connector["kinds"][number];
  const table: [string, string, ReturnType<typeof choiceOf>][] = [
    ["client_auth", "", { values: ["form", "basic"], value: "form" }],
    ["client_auth", "basic", { values: ["form", "basic"], value: "basic" }],
    ["client_auth", "post", { values: ["form", "basic", "post"], value: "post" }],
    ["scope", "a", null],
  ];
  for (const [name, value, expected] of table) {
    expect(choiceOf(kind, name, value)).toEqual(expected);
  }
  expect(choiceOf(undefined, "client_auth", "")).toBeNull();
});

it("asks first for what cannot be left empty, and for what the guide speaks of", () => {
  const kind = {
    kind: "oauth_code",
    settings: { token_url: true, authorize_url: true, client_id: true, scope: false, client_auth: false },
    secrets: ["client_secret"],
    optional: ["event_hook_secret", "other"],
    long: [],
    choices: {},
    guide: {
      steps: [],
      asks: {},
      settings: { token_url: "{base_url}/token" },
      fields: { event_hook_secret: "Any word." },
    },
  } as unknown as Connector["kinds"][number];
  expect(fieldsOf({ ...connector, defaults: { authorize_url: "https://a" } }, kind)).toEqual({
    usual: { settings: ["client_id", "scope"], secrets: ["client_secret", "event_hook_secret"] },
    more: { settings: ["token_url", "authorize_url", "client_auth"], secrets: ["other"] },
  });
  expect(fieldsOf(connector, undefined).usual).toEqual({ settings: [], secrets: [] });
});

it("begins a change with what may be shown, and without secrets", () => {
  const there = { id: "o", name: "Ours", kind: "bearer", base_url: "https://x", settings: { prefix: "T" } };
  const change = { ...there, users: ["ines", "ci"] } as unknown as Connection;
  const draft = begin(connector, change, new Set());
  expect([draft.secrets, draft.users]).toEqual([{}, "ines, ci"]);
});

it("sends what the chosen kind has, and nothing empty", () => {
  const draft = begin(connector, null, new Set());
  draft.settings = { token_url: " https://t ", scope: "", prefix: "X" };
  draft.secrets = { client_secret: "s", token: "left over from the other kind" };
  draft.users = "ines, , ci ";
  expect(sent(connector, draft, { at_once: 3, per_minute: 600 } as Connection)).toEqual({
    connector: "office365",
    kind: "oauth_client_credentials",
    name: "Office 365 Admin",
    base_url: "",
    settings: { token_url: "https://t" },
    secrets: { client_secret: "s" },
    at_once: 3,
    per_minute: 600,
    users: ["ines", "ci"],
  });
});
