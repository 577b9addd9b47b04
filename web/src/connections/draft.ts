/** What a person types to make a connection. Pure. */
import type { Schemas } from "../api/client";
import type { Connection, Connector } from "./connections";
import { isElsewhere, type Kind, settingOf } from "./guide";

/** What a connection of any kind may have. */
export const PROXY = "proxy";
export const PROXY_LOGIN = "proxy_login";

export interface Draft {
  id: string;
  name: string;
  kind: string;
  base_url: string;
  settings: Record<string, string>;
  secrets: Record<string, string>;
  /** Names of those who may build with it, with commas; empty for everybody. */
  users: string;
  /** What the guide asks for, to fill settings: a directory, a domain. */
  asked: Record<string, string>;
}

/** Names of settings and of secrets, in the order in which they are asked. */
export interface Fields {
  settings: string[];
  secrets: string[];
}

/** The form as it begins: empty for a new connection, filled with what may be shown of one that is there. */
export function begin(connector: Connector, change: Connection | null, taken: ReadonlySet<string>): Draft {
  if (change !== null) {
    const { id, name, kind, base_url } = change;
    const users = (change.users ?? []).join(", ");
    return { id, name, kind, base_url, settings: { ...change.settings }, secrets: {}, users, asked: {} };
  }
  return {
    id: freeId(connector.name, taken),
    name: connector.title,
    kind: connector.kinds[0]?.kind ?? "bearer",
    base_url: "",
    settings: {},
    secrets: {},
    users: "",
    asked: {},
  };
}

/** The form filled in for a pretend app; any other app is told by the name of its connector behind the address. */
export function atSandbox(draft: Draft, connector: Connector, tenant: Schemas["TenantModel"]): Draft {
  if (tenant.connector === null) {
    return { ...draft, base_url: `${tenant.base_url.replace(/\/+$/, "")}/${connector.name}` };
  }
  const kind = connector.kinds.find((one) => one.kind === draft.kind);
  const { web_client_id, client_id, ...addresses } = tenant.told;
  const client = draft.kind === "oauth_code" ? web_client_id : client_id;
  const told = Object.entries({ ...addresses, ...(client ? { client_id: client } : {}) });
  const settings = Object.fromEntries(told.filter(([name]) => name in (kind?.settings ?? {})));
  return { ...draft, base_url: tenant.base_url, settings: { ...draft.settings, ...settings } };
}

/** An id that no connection has yet: `okta`, `okta-2`, ... */
export function freeId(wanted: string, taken: ReadonlySet<string>): string {
  let id = wanted;
  for (let number = 2; taken.has(id); number += 1) {
    id = `${wanted}-${number}`;
  }
  return id;
}

/**
 * Fields of a kind: those that nearly everybody fills in, and those that few need, as they may be left empty.
 * `base`: the address of the app, as far as it was given.
 */
export function fieldsOf(
  connector: Connector,
  kind: Kind | undefined,
  base = "",
): { usual: Fields; more: Fields } {
  const usual: Fields = { settings: [], secrets: [] };
  const more: Fields = { settings: [], secrets: [] };
  for (const [name, required] of Object.entries(kind?.settings ?? {})) {
    const preset = kind?.guide?.settings[name] && !isElsewhere(connector, kind, name, base);
    const filled = connector.defaults[name] || preset;
    const asked = (required && !filled) || name === "scope" || kind?.guide?.fields[name];
    (asked ? usual : more).settings.push(name);
  }
  usual.secrets.push(...(kind?.secrets ?? []));
  for (const name of kind?.optional ?? []) {
    (kind?.guide?.fields[name] ? usual : more).secrets.push(name);
  }
  return { usual, more };
}

/** The values that a setting may have, with the one that it has: a list to choose from; null where any text is one. */
export function choiceOf(kind: Kind | undefined, name: string, value: string): Choice | null {
  const values = kind?.choices[name];
  if (!values?.length) {
    return null;
  }
  // what it has may be of another release
  const every = value === "" || values.includes(value) ? values : [...values, value];
  return { values: every, value: value || (values[0] ?? "") };
}

export interface Choice {
  values: readonly string[];
  /** Where nothing was chosen: the first. */
  value: string;
}

/** What is sent: only what the chosen kind has, and nothing that is empty. */
export function sent(
  connector: Connector,
  draft: Draft,
  change: Connection | null,
  scopes = "",
): Schemas["ConnectionRequest"] {
  const kind = connector.kinds.find((one) => one.kind === draft.kind);
  const given = (values: Record<string, string>, names: readonly string[]) =>
    Object.fromEntries(
      names.map((name) => [name, (values[name] ?? "").trim()]).filter(([, value]) => value !== ""),
    ) as Record<string, string>;
  const settings: Record<string, string> = { ...draft.settings };
  for (const name of Object.keys(kind?.settings ?? {})) {
    settings[name] = settingOf(connector, draft, name, scopes);
  }
  return {
    connector: connector.name,
    kind: draft.kind,
    name: draft.name.trim(),
    base_url: draft.base_url.trim(),
    settings: given(settings, [...Object.keys(kind?.settings ?? {}), PROXY]),
    secrets: given(draft.secrets, [...(kind?.secrets ?? []), ...(kind?.optional ?? []), PROXY_LOGIN]),
    at_once: change?.at_once ?? null,
    per_minute: change?.per_minute ?? null,
    users: draft.users
      .split(",")
      .map((name) => name.trim())
      .filter((name) => name !== ""),
  };
}
