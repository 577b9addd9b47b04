import { infiniteQueryOptions, useQuery } from "@tanstack/react-query";
import { api, data, type Schemas } from "../api/client";

export type Waiting = Schemas["InboxModel"];

/** All that waits for a person, oldest first. */
export const inboxQuery = infiniteQueryOptions({
  queryKey: ["inbox"],
  queryFn: ({ pageParam, signal }) =>
    data(api.GET("/api/v1/inbox", { params: { query: { limit: 50, after: pageParam } }, signal })),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next ?? undefined,
  refetchInterval: 3_000,
});

/** What tells one thing that waits from another. */
export function keyOf({ question }: Waiting): string {
  return `${question.run_id} ${question.path} ${question.attempt}`;
}

/** How many things wait for a person; 100 stands for that many or more. */
export function useWaitingCount(): number {
  const waiting = useQuery({
    queryKey: ["inbox", "count"],
    queryFn: async ({ signal }) =>
      (await data(api.GET("/api/v1/inbox", { params: { query: { limit: 100 } }, signal }))).rows.length,
    refetchInterval: 10_000,
  });
  return waiting.data ?? 0;
}
