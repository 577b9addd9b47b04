import { infiniteQueryOptions, useQuery } from "@tanstack/react-query";
import { api, data, type Schemas } from "../api/client";
import { text } from "../text";

/** An effect whose outcome nobody knows. */
export type Asking = Schemas["InboxModel"];
/** A run that pauses until somebody resumes it. */
export type Paused = Schemas["PausedModel"];

const COUNTED = 100;

/** All effects whose outcome a person must tell, oldest first. */
export const inboxQuery = infiniteQueryOptions({
  queryKey: ["inbox"],
  queryFn: ({ pageParam, signal }) =>
    data(api.GET("/api/v1/inbox", { params: { query: { limit: 50, after: pageParam } }, signal })),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next ?? undefined,
  refetchInterval: 3_000,
});

/** All runs that pause until somebody resumes them, oldest first. */
export const pausedQuery = infiniteQueryOptions({
  queryKey: ["inbox", "paused"],
  queryFn: ({ pageParam, signal }) =>
    data(api.GET("/api/v1/pauses", { params: { query: { limit: 50, after: pageParam } }, signal })),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next ?? undefined,
  refetchInterval: 3_000,
});

type OfRun = Pick<Asking, "flow_name" | "about" | "works_for">;

/** Whom a run that waits is about: itself, or what it works for. */
export function whomOf(row: OfRun): string | null {
  return row.about ?? row.works_for?.about ?? null;
}

/** The flow in which something waits, and of a helper flow the one for which that works. */
export function flowOf({ flow_name: flow, works_for: root }: OfRun): string {
  return root ? text.inbox.helperFor(flow, root.flow_name) : flow;
}

/** What tells one thing that waits from another. */
export function keyOf({ question }: Asking): string {
  return `${question.run_id} ${question.path} ${question.attempt}`;
}

export function keyOfPause({ pause }: Paused): string {
  return `${pause.run_id} ${pause.path} pause ${pause.since}`;
}

/** How many things wait for a person; 100 stands for that many or more. */
export function useWaitingCount(): number {
  const waiting = useQuery({
    queryKey: ["inbox", "count"],
    queryFn: async ({ signal }) => {
      const params = { query: { limit: COUNTED } };
      const [asking, paused] = await Promise.all([
        data(api.GET("/api/v1/inbox", { params, signal })),
        data(api.GET("/api/v1/pauses", { params, signal })),
      ]);
      return asking.rows.length + paused.rows.length;
    },
    refetchInterval: 10_000,
  });
  return Math.min(waiting.data ?? 0, COUNTED);
}
