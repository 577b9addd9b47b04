import { expect, it } from "vitest";
import type { Connector } from "./connections";
import { begin, fieldsOf, sent } from "./draft";
import { filled, settingOf } from "./guide";

const guide = {
  about: "",
  steps: [],
  asks: { tenant: "Directory id" },
  settings: {
    token_url: "https://login.example/{tenant}/token",
    authorize_url: "{base_url}/authorize",
    scope: "https://graph.example/.default",
  },
  fields: {},
  asked: true,
  where: "there",
};
const connector: Connector = {
  name: "office365",
  title: "Office 365 Admin",
  synonyms: ["Microsoft 365"],
  about: "",
  base_url: "https://graph.example/",
  defaults: {},
  kinds: [
    {
      kind: "oauth_code",
      settings: { token_url: true, authorize_url: true, client_id: true, scope: false },
      secrets: [],
      optional: ["client_secret"],
      long: [],
      choices: {},
      guide,
    },
  ],
  actions: 1,
  events: 0,
  unverified: 0,
  own: false,
  needs_address: false,
  callback: "https://keyturn.example/oauth/callback",
};

it("puts in what is known", () => {
  expect(filled("{a} {b}", { a: "x" })).toBe("x {b}");
});

it("fills settings from what was asked for, and leaves what is not known empty", () => {
  const draft = begin(connector, null, new Set());
  expect(settingOf(connector, draft, "token_url", "")).toBe("");
  draft.asked = { tenant: "contoso" };
  expect(settingOf(connector, draft, "token_url", "")).toBe("https://login.example/contoso/token");
  expect(settingOf(connector, draft, "authorize_url", "")).toBe("https://graph.example/authorize");
  draft.settings = { token_url: "https://mine/token" };
  expect(settingOf(connector, draft, "token_url", "")).toBe("https://mine/token");
});

it("fills in no address of the vendor's own for an app that is at another one", () => {
  const kind = connector.kinds[0];
  const table: [string, string, string[]][] = [
    ["", "https://login.example/contoso/token", ["client_id", "scope"]],
    ["https://graph.example", "https://login.example/contoso/token", ["client_id", "scope"]],
    ["https://graph.example/eu/", "https://login.example/contoso/token", ["client_id", "scope"]],
    ["http://127.0.0.1:8081", "", ["token_url", "client_id", "scope"]],
    ["graph.other", "", ["token_url", "client_id", "scope"]],
  ];
  for (const [base_url, token, asked] of table) {
    const draft = { ...begin(connector, null, new Set()), base_url, asked: { tenant: "contoso" } };
    expect([base_url, settingOf(connector, draft, "token_url", "")]).toEqual([base_url, token]);
    expect(fieldsOf(connector, kind, base_url).usual.settings).toEqual(asked);
    const base = (base_url || "https://graph.example").replace(/\/$/, "");
    expect(settingOf(connector, draft, "authorize_url", "")).toBe(`${base}/authorize`);
    expect(settingOf(connector, draft, "scope", "")).toBe("https://graph.example/.default");
  }
});

it("asks for the scopes that flows need", () => {
  const draft = begin(connector, null, new Set());
  expect(settingOf(connector, draft, "scope", "User.Read.All offline_access")).toBe(
    "User.Read.All offline_access",
  );
});

it("sends what was filled in, and a proxy of its own", () => {
  const draft = begin(connector, null, new Set());
  draft.asked = { tenant: "contoso" };
  draft.settings = { client_id: "me", proxy: "http://proxy.example:3128" };
  draft.secrets = { proxy_login: "a:b", token: "of another kind" };
  const body = sent(connector, draft, null, "a b");
  expect(body.settings).toEqual({
    token_url: "https://login.example/contoso/token",
    authorize_url: "https://graph.example/authorize",
    client_id: "me",
    scope: "a b",
    proxy: "http://proxy.example:3128",
  });
  expect(body.secrets).toEqual({ proxy_login: "a:b" });
});
