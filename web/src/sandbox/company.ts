/** The people of the sandbox as it tells of them, and its faults. Pure. */
export interface Person {
  login: string;
  name: string;
  title: string;
  department: string;
  guest: boolean;
  admin: boolean;
  okta: { status: string; sessions: number };
  graph: { accountEnabled: boolean; sessions: number };
  google: { suspended: boolean; sessions: number };
}

export const tenants = ["okta", "graph", "google"] as const;
export type TenantName = (typeof tenants)[number];

/** What goes wrong in a tenant, without its name: `500x2`; empty for nothing. Several stay together. */
export function kindOf(faults: readonly string[], tenant: TenantName): string {
  return faults
    .filter((fault) => fault.startsWith(`${tenant}:`))
    .map((fault) => fault.slice(tenant.length + 1))
    .join(",");
}
