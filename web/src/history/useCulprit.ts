import { useInfiniteQuery } from "@tanstack/react-query";
import type { Card } from "../flow/document";
import { cardAt } from "./painted";
import { helpersQuery } from "./run";
import type { Run } from "./runs";

const REPORTS = new Set(["error.return_error", "error.return_error_if"]);

/**
 * Where to begin again after a failure. A card that only reports what a helper flow met would report it again, as the
 * helper run is kept: the card that called it is the one.
 *
 * @param failed - where the card stands at which the run ended.
 */
export function useCulprit(run: Run, failed: string | null, cards: ReadonlyMap<string, Card>): string | null {
  const reports = failed !== null && REPORTS.has(cards.get(cardAt(failed))?.card ?? "");
  const helpers = useInfiniteQuery({ ...helpersQuery(run), enabled: reports });
  const helper = helpers.data?.pages.flatMap((page) => page.rows).find((one) => one.status === "failed");
  const called = helper?.parent_path ? cardAt(helper.parent_path) : null;
  return reports && called !== null && cards.has(called) ? called : failed && cardAt(failed);
}
