/** Which of several places somebody means who points beside them. Pure geometry. */
import type { Point } from "./carried";

export interface Spot {
  id: string | number;
  /** Its centre. */
  at: Point;
  /** Whether what it lies between stands one below the other, and not side by side. */
  stacked: boolean;
}

/** How far off one may point, in pixels along the row. */
export const REACH = 170;
// Cards are tall and the places between them lie at their tops: below one it is still meant, above it hardly.
const BELOW = 0.25;
const ACROSS = 0.1;

function distance(from: Point, spot: Spot): number {
  const along = Math.abs(from.x - spot.at.x);
  const down = from.y - spot.at.y;
  if (spot.stacked) {
    return Math.abs(down) + ACROSS * along;
  }
  return along + (down > 0 ? BELOW * down : -down);
}

/** The nearest that is within reach. */
export function nearest(from: Point, spots: readonly Spot[]): Spot | null {
  let best: Spot | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const spot of spots) {
    const far = distance(from, spot);
    const along = spot.stacked ? Math.abs(from.y - spot.at.y) : Math.abs(from.x - spot.at.x);
    if (along <= REACH && far < least) {
      best = spot;
      least = far;
    }
  }
  return best;
}
