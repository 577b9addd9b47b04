/** What of a list stays in front of somebody. Pure. */

export interface Standing<One> {
  /** What is shown; null while there is nothing to show yet. */
  one: One | null;
  /** Whether it has left the list: nothing else takes its place by itself. */
  gone: boolean;
}

/**
 * What is shown, after the list was read once more.
 *
 * @param before - What was shown until now.
 * @param all - The list as it is now.
 * @param fresh - Whether it was read since the page is open: of an older list nothing is shown by itself.
 */
export function standing<One extends { key: string }>(
  before: One | null,
  all: readonly One[],
  fresh: boolean,
): Standing<One> {
  if (before === null) {
    return { one: fresh ? (all[0] ?? null) : null, gone: false };
  }
  const now = all.find((one) => one.key === before.key);
  return { one: now ?? before, gone: fresh && now === undefined };
}
