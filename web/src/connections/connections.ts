import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, data, type Schemas } from "../api/client";

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
    queryFn: ({ signal }) =>
      data(
        api.POST("/api/v1/connections/{connection_id}/test", {
          params: { path: { connection_id: id } },
          signal,
        }),
      ),
    staleTime: CHECKED_MS,
    refetchOnWindowFocus: false,
    retry: false,
  });
}
