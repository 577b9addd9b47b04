/** The card at which a run ended in failure, among the entries of its trace. Pure: no React, no server. */
import type { Entry } from "./run";
import type { Run } from "./runs";

/** What the error of a run says, as far as pages look at it. */
export interface Detail {
  message?: string;
  why?: string;
  mend?: string;
  card?: string | null;
  /** The run in which it happened: the run itself, or a helper run however deep down. */
  run?: string | null;
}

type Failed = Pick<Entry, "card_id" | "path" | "error">;

interface Page {
  rows: Failed[];
  next?: string | null;
}

/**
 * The entry that a run's error speaks of: of the card that it names, or of the card that called the helper run in which
 * it happened. Null if the trace has none; never another card that failed too, and was caught.
 *
 * @param read - a page of the entries that failed, in order.
 */
export async function culpritOf(
  run: Pick<Run, "id" | "error">,
  read: (after: string | undefined) => Promise<Page>,
): Promise<Failed | null> {
  const error = run.error as Detail | null;
  if (!error?.card) {
    return null;
  }
  let found: Failed | null = null;
  let rank = 0;
  let after: string | undefined;
  do {
    const page = await read(after);
    for (const entry of page.rows) {
      const here = rankOf(entry, run.id, error);
      // of two alike the later one: the run went on after the earlier one
      if (here > 0 && here >= rank) {
        [found, rank] = [entry, here];
      }
    }
    after = page.next ?? undefined;
  } while (after !== undefined);
  return found;
}

/** How well an entry fits; 0 if it is another one. The loops and branches around a card fail with its error. */
function rankOf(entry: Failed, run: string, error: Detail): number {
  const own = (error.run ?? run) === run;
  const its = entry.error as Detail | null;
  const fits = own ? entry.card_id === error.card : its?.run === error.run && its?.card === error.card;
  const depth = entry.path.split("/").length;
  return fits ? depth + (its?.message === error.message ? 1_000 : 0) : 0;
}

/** The helper run in which a run's failure happened; null if it happened in the run itself. */
export function helperAtFault(run: Pick<Run, "id" | "status" | "error">): string | null {
  const where = run.status === "failed" ? (run.error as Detail | null)?.run : null;
  return where && where !== run.id ? where : null;
}
