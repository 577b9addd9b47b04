/** The keyboard of a grid stays with its row, wherever the row goes. Pure. */
import type { View } from "./filter";
import type { Place } from "./moves";

/** The row that the keyboard is at, in a view of the table. */
export interface Held {
  id: string;
  view: View;
}

/** Where the keyboard is: a cell, and the row that was there when it came. */
export interface At extends Place {
  held: Held | null;
}

interface Here {
  at(number: number): { id: string } | undefined;
  /** The number of a row, if it is among those that are here. */
  numberOf(id: string): number | undefined;
}

/**
 * Where the keyboard is in the rows as they are now.
 *
 * A row that has moved is followed. Of one that is not to be seen any more nothing is known but where it was: another row may
 * stand there, and is not held instead.
 */
export function following(at: At, rows: Here, view: View): At {
  const there = rows.at(at.row);
  if (at.held === null || at.held.view !== view) {
    return there ? { ...at, held: { id: there.id, view } } : at;
  }
  if (there?.id === at.held.id) {
    return at;
  }
  const row = rows.numberOf(at.held.id);
  return row === undefined ? at : { ...at, row };
}

/** Whether another row stands where the keyboard is than the one that it came to. */
export function isLost(at: At, rows: Here, view: View): boolean {
  const there = rows.at(at.row);
  return there !== undefined && at.held !== null && at.held.view === view && at.held.id !== there.id;
}
