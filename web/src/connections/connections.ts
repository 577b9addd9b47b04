import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, data, type Schemas } from "../api/client";
import { forPages } from "../api/errors";

export type Connection = Schemas["ConnectionModel"];
export type Check = Schemas["CheckModel"];

/** How long a test of a connection is taken for true: each one asks the app. */
const CHECKED_MS = 10 * 60_000;

export const connectionsQuery = infiniteQueryOptions({
  queryKey: ["connections"],
  queryFn: ({ pageParam, signal }) =>
    data(api.GET("/api/v1/connections", { params: { query: { limit: 100, after: pageParam } }, signal })),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next ?? undefined,
});

/** Whether a connection works: the app is asked. */
export function checkQuery(id: string) {
  return queryOptions({
    queryKey: ["connection", id, "check"],
    queryFn: async ({ signal }): Promise<Check> => {
      const params = { path: { connection_id: id } };
      return forPages(await data(api.POST("/api/v1/connections/{connection_id}/test", { params, signal })));
    },
    staleTime: CHECKED_MS,
    refetchOnWindowFocus: false,
    retry: false,
  });
}

/** How a connection does by its test, and by what requests have shown: it works, does not, or a person must sign it in. */
export function standingOf({ works, told, state }: Check): "works" | "needs sign-in" | "failing" {
  // what requests have shown holds where a test does not tell
  if (works && (told || state.name !== "failing")) {
    return "works";
  }
  return state.name === "needs sign-in" ? "needs sign-in" : "failing";
}

/** The flows whose own cards or event use a connection. */
export function usesQuery(id: string) {
  return queryOptions({
    queryKey: ["flows", "using", id],
    queryFn: ({ signal }) =>
      data(api.GET("/api/v1/flows", { params: { query: { connection: id, limit: 50 } }, signal })),
  });
}

export type Scopes = Schemas["ScopesPage"];

/** The scopes that flows need of a connection, flow by flow. */
export function scopesQuery(id: string) {
  return queryOptions({
    queryKey: ["connection", id, "scopes"],
    queryFn: ({ signal }) =>
      data(
        api.GET("/api/v1/connections/{connection_id}/scopes", {
          params: { path: { connection_id: id }, query: { limit: 200 } },
          signal,
        }),
      ),
  });
}

/** The scopes that a connection of this kind would need for all flows that use the app. */
export function scopesOfAppQuery(connector: string, kind: string) {
  return queryOptions({
    queryKey: ["connectors", connector, "scopes", kind],
    queryFn: ({ signal }) =>
      data(
        api.GET("/api/v1/connectors/{connector}/scopes", {
          params: { path: { connector }, query: { kind, limit: 1 } },
          signal,
        }),
      ),
  });
}

export type Connector = Schemas["ConnectorModel"];

export type Unusable = Schemas["UnusableConnector"];

function connectorPage(after: string | undefined, signal: AbortSignal) {
  return data(api.GET("/api/v1/connectors", { params: { query: { limit: 200, after } }, signal }));
}

/** Connectors of the server's folder that are left out for their mistakes. */
export const unusableQuery = queryOptions({
  queryKey: ["connectors", "unusable"],
  queryFn: async ({ signal }) => (await connectorPage(undefined, signal)).unusable ?? [],
});

/** The apps that one can connect to. */
export const connectorsQuery = queryOptions({
  queryKey: ["connectors"],
  queryFn: async ({ signal }) => {
    const found: Connector[] = [];
    let after: string | undefined;
    do {
      const page = await connectorPage(after, signal);
      found.push(...page.rows);
      after = page.next ?? undefined;
    } while (after !== undefined);
    return found;
  },
  staleTime: Number.POSITIVE_INFINITY,
});
