import { useQueries } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Flow } from "../flow/document";
import { loops, paint, type Rounds, roundPath } from "./painted";
import { traceQuery } from "./run";
import type { Run } from "./runs";

/** What the cards of a run did in the rounds that are looked at; of no loop as long as its flow is not there. */
export function usePainting(run: Run, flow: Flow | undefined, rounds: Rounds) {
  const insides = useMemo(
    () => ["", ...(flow ? [...loops(flow.cards)].map((loop) => roundPath(flow, loop.id, rounds)) : [])],
    [flow, rounds],
  );
  const traces = useQueries({
    queries: insides.map((inside) => traceQuery(run, inside)),
    combine: (results) => ({
      entries: results.flatMap((result) => result.data ?? []),
      error: results.find((result) => result.error)?.error,
      pending: results.some((result) => result.isPending),
    }),
  });
  const painting = useMemo(() => paint(traces.entries), [traces.entries]);
  return { ...traces, painting };
}
