import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Flow } from "../flow/document";
import { EVENT } from "../flow/layout";
import type { CardProblems, Found, Surroundings, Titles } from "./context";
import { inWords } from "./logic/inWords";
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
export function useChecker(
  flow: Flow,
  titles: Titles,
  around: Surroundings,
): {
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
  const problems = useSpoken(checked.data?.problems ?? none, settled, titles, around);
  const conversions = useSpoken(checked.data?.conversions ?? none, settled, titles, around);
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

/** What was found, in the words of the screen; the same list as long as neither it nor what things are called changes. */
function useSpoken(
  found: readonly Found[],
  flow: Flow,
  titles: Titles,
  { specs, connections, helpers }: Surroundings,
): readonly Found[] {
  return useMemo(
    () => found.map((one) => inWords(one, flow, { titles, specs, connections, helpers })),
    [found, flow, titles, specs, connections, helpers],
  );
}
