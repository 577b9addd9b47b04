import { useState } from "react";

interface ShownOnce {
  /** In the order in which they came. */
  shown: readonly string[];
  show(name: string): void;
  takeAway(name: string): void;
}

/**
 * The names of fields that are there now or have been. An optional field that is emptied to be typed anew must neither
 * vanish below the fingers nor move: either takes the focus from it, and what is typed then goes to the page.
 */
export function useShownOnce(now: readonly string[]): ShownOnce {
  const [before, keep] = useState<readonly string[]>([]);
  const shown = withNew(before, now);
  if (shown !== before) {
    keep(shown);
  }
  return {
    shown,
    show: (name) => keep((all) => withNew(all, [name])),
    takeAway: (name) => keep((all) => all.filter((one) => one !== name)),
  };
}

/** What was shown before, and behind it what is new; the same array if nothing is. */
export function withNew(before: readonly string[], now: readonly string[]): readonly string[] {
  const fresh = now.filter((name) => !before.includes(name));
  return fresh.length > 0 ? [...before, ...new Set(fresh)] : before;
}
