/** The people of the sandbox as it tells of them. Pure. */

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
