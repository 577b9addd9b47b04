/** What waits for a person in the same way, and one answer given to all of it. Pure: it is told how to answer. */
import { Unreachable } from "../api/errors";
import { cardAt } from "../history/painted";
import type { Asking, Paused } from "./waiting";

/** One of those that wait alike. */
export interface Waits {
  key: string;
  run: string;
  about: string | null;
  since: string | null;
}

/** Whether two outcomes are unknown for the same reason, at the same card of the same version of a flow. */
export function sameQuestion(one: Asking, other: Asking): boolean {
  return (
    sameVersion(one, other) &&
    cardAt(one.question.path) === cardAt(other.question.path) &&
    one.question.error?.code === other.question.error?.code
  );
}

/** Whether two runs pause at the same card of the same version of a flow. */
export function samePause(one: Paused, other: Paused): boolean {
  return sameVersion(one, other) && cardAt(one.pause.path) === cardAt(other.pause.path);
}

type Versioned = Pick<Asking, "flow_id" | "version">;

function sameVersion(one: Versioned, other: Versioned): boolean {
  return one.flow_id === other.flow_id && one.version === other.version;
}

/** How far it is. */
export interface Told {
  decided: number;
  refused: readonly { of: Waits; error: unknown }[];
  /** Those that were not answered yet. */
  left: readonly Waits[];
}

export function beginning(all: readonly Waits[]): Told {
  return { decided: 0, refused: [], left: all };
}

/**
 * Answer what is left, one after the other. What is refused is passed by and told.
 *
 * @param decide - answers one; what it throws is why that one is refused.
 * @param tell - is told after each.
 * @param stopped - whether somebody wants no further one to be answered.
 * @throws Unreachable - the server is gone; the one that was on its way is among those that are left.
 */
export async function decideEach(
  from: Told,
  decide: (one: Waits) => Promise<unknown>,
  tell: (told: Told) => void,
  stopped: () => boolean,
): Promise<void> {
  let told = from;
  for (const one of from.left) {
    if (stopped()) {
      return;
    }
    const left = told.left.slice(1);
    try {
      await decide(one);
      told = { ...told, decided: told.decided + 1, left };
    } catch (error) {
      if (error instanceof Unreachable) {
        throw error;
      }
      told = { ...told, refused: [...told.refused, { of: one, error }], left };
    }
    tell(told);
  }
}
