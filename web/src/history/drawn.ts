/** The flow that a run is drawn on: that of its version, or where its shape is not known here what the run tells. */
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Card, Flow } from "../flow/document";
import { type Entry, traceQuery, versionQuery } from "./run";
import type { Run } from "./runs";

/** The cards of a run as they went, one behind the other: of branches, loops and names a trace tells nothing. */
export function flowOfTrace(
  run: Pick<Run, "flow_id" | "flow_name" | "trigger">,
  entries: readonly Pick<Entry, "card_id" | "card">[],
): Flow {
  const cards = new Map<string, Card>();
  for (const { card_id: id, card } of entries) {
    cards.set(id, { id, card });
  }
  return { id: run.flow_id, name: run.flow_name, event: { card: run.trigger }, cards: [...cards.values()] };
}

export interface Drawable {
  /** Undefined until it is there. */
  flow: Flow | undefined;
  /** The document of the version where its shape is not known here; else undefined. */
  odd: unknown;
  error: unknown;
}

export function useDrawable(run: Run): Drawable {
  const version = useQuery(versionQuery(run));
  const known = version.data?.flow;
  const odd = known === null ? version.data?.document : undefined;
  const trace = useQuery({ ...traceQuery(run, ""), enabled: known === null });
  const told = useMemo(() => (trace.data ? flowOfTrace(run, trace.data) : undefined), [run, trace.data]);
  return { flow: known === null ? told : known, odd, error: version.error ?? trace.error };
}
