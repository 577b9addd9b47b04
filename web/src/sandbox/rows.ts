import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, data, type Schemas } from "../api/client";
import type { TenantName } from "./company";

/** How often what the sandbox shows is asked for again. */
export const LIVE_MS = 2_000;

/** The pretend tenants, and what goes wrong in them; an error where no sandbox runs. */
export const sandboxQuery = queryOptions({
  queryKey: ["sandbox"],
  queryFn: ({ signal }) => data(api.GET("/api/v1/sandbox", { signal })),
  retry: false,
});

const PAGE = 200;

/** All that a tenant can do, as faults name it, read page after page; nothing where that is not known beforehand. */
export function operationsQuery(tenant: TenantName) {
  return queryOptions({
    queryKey: ["sandbox-operations", tenant],
    queryFn: async ({ signal }) => {
      const found: string[] = [];
      let after: string | undefined;
      do {
        const params = { path: { tenant }, query: { limit: PAGE, after } };
        const page = await data(api.GET("/api/v1/sandbox/operations/{tenant}", { params, signal }));
        found.push(...page.rows);
        after = page.next ?? undefined;
      } while (after !== undefined);
      return found;
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
}

type Kind = "ledger" | "letters" | "messages";

/** Requests, letters or messages, newest first; page after page. */
export function rowsQuery(kind: Kind) {
  return infiniteQueryOptions({
    queryKey: ["sandbox", kind],
    queryFn: ({ pageParam, signal }) => {
      const params = { query: { limit: 50, after: pageParam } };
      const asked: Record<Kind, () => Promise<Schemas["SandboxRows"]>> = {
        ledger: () => data(api.GET("/api/v1/sandbox/ledger", { params, signal })),
        letters: () => data(api.GET("/api/v1/sandbox/letters", { params, signal })),
        messages: () => data(api.GET("/api/v1/sandbox/messages", { params, signal })),
      };
      return asked[kind]();
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    refetchInterval: LIVE_MS,
    placeholderData: keepPreviousData,
  });
}

/** An entry of the ledger: a request that a tenant received. */
export interface LedgerRow {
  seq: number;
  time: string;
  tenant: string;
  method: string;
  path: string;
  query: string;
  body: unknown;
  run: string | null;
  card: string | null;
  attempt: string | null;
  status: number | null;
  fault: string | null;
}

export interface Letter {
  by: "mail" | "graph";
  from: string;
  to: string[];
  sent: string;
  subject: string | null;
  text: string | null;
}

export interface Message {
  channel: string;
  user: string | null;
  text: string | null;
  ts: string;
}
