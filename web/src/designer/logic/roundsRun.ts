/** What a test run did in one round of each of its loops: a card shows one round, never a mixture. */
import type { Flow } from "../../flow/document";
import { loops, paint, paintedOf, type Rounds, roundCount, roundPath, roundsIn } from "../../history/painted";
import type { Entry } from "../../history/run";

/** A loop that had rounds, and which of them is looked at. */
export interface LoopRun {
  loop: string;
  round: number;
  /** How many it has; null if that is not known. */
  count: number | null;
}

export interface OneRound {
  entries: Entry[];
  loops: LoopRun[];
}

/**
 * What stands in no loop, and in one round of each loop that was come to.
 *
 * @param wanted - rounds that somebody chose. Of other loops it is the one in which the run failed, else the last one
 *   that was begun.
 * @param failed - the path of the card at which the run failed.
 * @param read - what cards did that stand directly in a round, `each[17]`, or in no loop, "".
 */
export async function oneRound(
  flow: Pick<Flow, "cards">,
  wanted: Rounds,
  failed: string | null,
  read: (inside: string) => Promise<readonly Entry[]>,
): Promise<OneRound> {
  const found: OneRound = { entries: [...(await read(""))], loops: [] };
  const rounds: Record<string, number> = {};
  const at = roundsIn(failed ?? "");
  for (const { id } of loops(flow.cards)) {
    const painted = paintedOf(paint(found.entries), id);
    const count = roundCount(painted);
    if (painted.last === null || count === 0) {
      continue;
    }
    const last = count === null ? Number.MAX_SAFE_INTEGER : count - 1;
    const begun = painted.last.ended ?? (count === null ? 0 : last);
    const round = Math.min(wanted[id] ?? at[id] ?? begun, last);
    rounds[id] = round;
    found.loops.push({ loop: id, round, count });
    found.entries.push(...(await read(roundPath(flow as Flow, id, rounds))));
  }
  return found;
}
