/** The people of the sandbox as it tells of them, and its faults. Pure. */
import { text } from "../text";

export interface Person {
  login: string;
  name: string;
  title: string;
  department: string;
  manager: string | null;
  guest: boolean;
  admin: boolean;
  okta: { status: string; sessions: number; lastLogin: string | null };
  graph: { accountEnabled: boolean | null; sessions: number };
  google: { suspended: boolean | null; sessions: number; tokens: number };
  slack: { active: boolean | null; sessions: number };
  scim: { active: boolean | null; groups: string[] };
  holds: Record<string, unknown[]>;
}

export const tenants = ["okta", "graph", "google", "slack", "scim", "mail", "recorder"] as const;
export type TenantName = (typeof tenants)[number];

/** What goes wrong in a tenant, without its name: `500x2`; empty for nothing. Several stay together. */
export function kindOf(faults: readonly string[], tenant: TenantName): string {
  return faults
    .filter((fault) => fault.startsWith(`${tenant}:`))
    .map((fault) => fault.slice(tenant.length + 1))
    .join(",");
}

/** What a tenant can do wrong, nothing first; with what stands there if that was set by hand. */
export function faultsFor(fault: string): { value: string; label: string }[] {
  const { "": none, ...kinds } = text.sandbox.kinds;
  const known = Object.entries({
    ...kinds,
    ...(fault in text.sandbox.kinds ? {} : { [fault]: text.sandbox.own(fault) }),
  });
  return [{ value: "", label: none ?? "" }, ...known.map(([value, label]) => ({ value, label }))];
}

/** How an account stands: whether one can sign in with it, and in which word. */
export interface Standing {
  good: boolean;
  word: "active" | "suspended" | "disabled" | "none" | string;
  sessions: number;
}

export function standings(person: Person): Record<"okta" | "graph" | "google" | "slack" | "scim", Standing> {
  const { okta, graph, google, slack, scim } = person;
  return {
    okta: { good: okta.status === "ACTIVE", word: okta.status.toLowerCase(), sessions: okta.sessions },
    graph: { ...flagged(graph.accountEnabled, "disabled"), sessions: graph.sessions },
    google: {
      ...flagged(google.suspended === null ? null : !google.suspended, "suspended"),
      sessions: google.sessions,
    },
    slack: { ...flagged(slack.active, "disabled"), sessions: slack.sessions },
    scim: { ...flagged(scim.active, "disabled"), sessions: 0 },
  };
}

function flagged(good: boolean | null, bad: string): { good: boolean; word: string } {
  return { good: good === true, word: good === null ? "none" : good ? "active" : bad };
}

/** What somebody holds, by the tenant's name and the kind of thing; kinds of which there is nothing left out. */
export function holdings(person: Person): [string, string[]][] {
  const held = Object.entries(person.holds).map(([kind, names]): [string, string[]] => [
    kind,
    names.map(String),
  ]);
  return [...held, ["scim groups", person.scim.groups] as [string, string[]]].filter(
    ([, names]) => names.length > 0,
  );
}
