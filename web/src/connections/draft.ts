/** What a person types to make a connection. Pure. */
import type { Schemas } from "../api/client";
import type { Connection, Connector } from "./connections";

export interface Draft {
  id: string;
  name: string;
  kind: string;
  base_url: string;
  settings: Record<string, string>;
  secrets: Record<string, string>;
}

/** The form as it begins: empty for a new connection, filled with what may be shown of one that is there. */
export function begin(connector: Connector, change: Connection | null, taken: ReadonlySet<string>): Draft {
  if (change !== null) {
    const { id, name, kind, base_url } = change;
    return { id, name, kind, base_url, settings: { ...change.settings }, secrets: {} };
  }
  return {
    id: freeId(connector.name, taken),
    name: connector.title,
    kind: connector.kinds[0]?.kind ?? "bearer",
    base_url: "",
    settings: {},
    secrets: {},
  };
}

/** An id that no connection has yet: `okta`, `okta-2`, ... */
export function freeId(wanted: string, taken: ReadonlySet<string>): string {
  let id = wanted;
  for (let number = 2; taken.has(id); number += 1) {
    id = `${wanted}-${number}`;
  }
  return id;
}

/** What is sent: only what the chosen kind has, and nothing that is empty. */
export function sent(
  connector: Connector,
  draft: Draft,
  atOnce: number | null,
): Schemas["ConnectionRequest"] {
  const kind = connector.kinds.find((one) => one.kind === draft.kind);
  const given = (values: Record<string, string>, names: readonly string[]) =>
    Object.fromEntries(
      names.map((name) => [name, (values[name] ?? "").trim()]).filter(([, value]) => value !== ""),
    ) as Record<string, string>;
  return {
    connector: connector.name,
    kind: draft.kind,
    name: draft.name.trim(),
    base_url: draft.base_url.trim(),
    settings: given(draft.settings, Object.keys(kind?.settings ?? {})),
    secrets: given(draft.secrets, [...(kind?.secrets ?? []), ...(kind?.optional ?? [])]),
    at_once: atOnce,
  };
}
