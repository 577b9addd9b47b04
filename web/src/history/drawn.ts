/** The flow that a run is drawn on: that of its version, or what can be read of it and what the run tells. */
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { type Card, type Flow, walk } from "../flow/document";
import { readableCards } from "../flow/shape";
import { cardAt } from "./painted";
import { type Entry, firstTraceQuery, versionQuery } from "./run";
import type { Run } from "./runs";

// a loop is told of when it has ended, behind what went in it
const UNKNOWN_LOOP = "loop";

/**
 * The cards of a run: those that can be read in the document of its version, and behind them what else went, one behind
 * the other and in the loops in which it went.
 */
export function flowOfTrace(
  run: Pick<Run, "flow_id" | "flow_name" | "trigger">,
  entries: readonly Pick<Entry, "card_id" | "card" | "path">[],
  document?: unknown,
): Flow {
  const cards = readableCards(document);
  const known = new Map([...walk(cards)].map((card) => [card.id, card]));
  for (const { card_id: id, card, path } of entries) {
    const there = known.get(id);
    if (there === undefined) {
      const made: Card = { id, card };
      listOf(path, cards, known).push(made);
      known.set(id, made);
    } else if (there.card === UNKNOWN_LOOP) {
      there.card = card;
    }
  }
  return { id: run.flow_id, name: run.flow_name, event: { card: run.trigger }, cards };
}

/** The list in which the card of a path stands: of the loop in whose round it went, made if need be, or of the flow. */
function listOf(path: string, cards: Card[], known: Map<string, Card>): Card[] {
  const outer = path.split("/").slice(0, -1).join("/");
  if (outer === "") {
    return cards;
  }
  const id = cardAt(outer);
  let loop = known.get(id);
  if (loop === undefined) {
    loop = { id, card: UNKNOWN_LOOP };
    listOf(outer, cards, known).push(loop);
    known.set(id, loop);
  }
  loop.do ??= [];
  return loop.do;
}

export interface Drawable {
  /** Undefined until it is there. */
  flow: Flow | undefined;
  /** The document of the version where its shape is not known here; else undefined. */
  odd: unknown;
  /** Why there is no version; what went is drawn all the same, if that can be read. */
  error: unknown;
}

export function useDrawable(run: Run): Drawable {
  const version = useQuery(versionQuery(run));
  const known = version.data?.flow;
  const odd = known === null ? version.data?.document : undefined;
  const untold = known === null || version.isError;
  const trace = useQuery({ ...firstTraceQuery(run), enabled: untold });
  const told = useMemo(
    () => (trace.data ? flowOfTrace(run, trace.data, odd) : undefined),
    [run, trace.data, odd],
  );
  return { flow: untold ? told : (known ?? undefined), odd, error: version.error ?? trace.error };
}
