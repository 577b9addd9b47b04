/** What a test run did in one round of each of its loops: a card shows one round, never a mixture. Pure. */
import type { Rounds } from "../../history/painted";

interface Went {
  path: string;
  outputs?: unknown;
}

/** A loop that had rounds, and which of them is looked at. */
export interface LoopRun {
  loop: string;
  round: number;
  /** How many rounds are here. */
  count: number;
  /** Whether it had more than are here. */
  more: boolean;
}

export interface OneRound<Entry> {
  entries: Entry[];
  loops: LoopRun[];
}

const STEP = /^([a-z][a-z0-9_]*)\[(\d+)\]\/(.*)$/;

/**
 * The entries of one round of each loop, and of no loop.
 *
 * @param wanted - rounds that somebody chose; of other loops it is the last one that was begun.
 */
export function oneRound<Entry extends Went>(entries: readonly Entry[], wanted: Rounds): OneRound<Entry> {
  return within(
    entries.map((entry) => ({ entry, path: entry.path })),
    wanted,
  );
}

interface At<Entry> {
  entry: Entry;
  /** Below the loops around it. */
  path: string;
}

function within<Entry extends Went>(entries: readonly At<Entry>[], wanted: Rounds): OneRound<Entry> {
  const found: OneRound<Entry> = { entries: [], loops: [] };
  const inside = new Map<string, Map<number, At<Entry>[]>>();
  const whole = new Map<string, number>();
  for (const { entry, path } of entries) {
    const [, loop, number, rest] = STEP.exec(path) ?? [];
    if (loop === undefined || number === undefined || rest === undefined) {
      found.entries.push(entry);
      whole.set(path, countOf(entry));
      continue;
    }
    const rounds = inside.get(loop) ?? new Map<number, At<Entry>[]>();
    rounds.set(Number(number), [...(rounds.get(Number(number)) ?? []), { entry, path: rest }]);
    inside.set(loop, rounds);
  }
  for (const [loop, rounds] of inside) {
    const here = Math.max(...rounds.keys()) + 1;
    const more = (whole.get(loop) ?? 0) > here;
    // where they were cut off, the last of them may not be here in full
    const count = more && here > 1 ? here - 1 : here;
    const asked = wanted[loop];
    const round = asked !== undefined && asked < count ? asked : count - 1;
    const deeper = within(rounds.get(round) ?? [], wanted);
    found.loops.push({ loop, round, count, more }, ...deeper.loops);
    found.entries.push(...deeper.entries);
  }
  return found;
}

/** How many rounds the entry of a loop tells of. */
function countOf({ outputs }: Went): number {
  const count = (outputs as { count?: unknown } | null | undefined)?.count;
  return typeof count === "number" ? count : 0;
}
