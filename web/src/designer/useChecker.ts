import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Flow } from "../flow/document";
import { EVENT } from "../flow/layout";
import type { CardProblems, Found } from "./context";
import { check } from "./server";

const PAUSE_MS = 400;
const none: readonly Found[] = [];

// A key that held the flow would be written out whole each time that somebody asks.
const numbers = new WeakMap<Flow, number>();
let last = 0;

/** A number for each state of a flow; the same as long as it is the same object. */
function numberOf(flow: Flow): number {
  let number = numbers.get(flow);
  if (number === undefined) {
    last += 1;
    number = last;
    numbers.set(flow, number);
  }
  return number;
}

/** What the checker says of the flow, a moment after the last change; what it said before stays meanwhile. */
export function useChecker(flow: Flow): {
  problems: readonly Found[];
  byCard: CardProblems;
  checking: boolean;
} {
  const [settled] = useDebouncedValue(flow, PAUSE_MS);
  const checked = useQuery({
    queryKey: ["check", settled.id, numberOf(settled)],
    queryFn: ({ signal }) => check(settled, signal),
    placeholderData: (before) => before,
    gcTime: 10_000,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const problems = checked.data?.problems ?? none;
  const conversions = checked.data?.conversions ?? none;
  const byCard = useMemo(() => {
    const found = new Map<string, Found[]>();
    for (const problem of [...problems, ...conversions]) {
      const card = problem.card ?? EVENT;
      found.set(card, [...(found.get(card) ?? []), problem]);
    }
    return found;
  }, [problems, conversions]);
  return { problems, byCard, checking: checked.isFetching || settled !== flow };
}
