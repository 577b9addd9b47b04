/** What of a pasted block goes into a grid. Pure. */

/** Cells that one paste fills at most. */
const MOST_PASTED = 2_000;

export interface Block {
  lines: readonly (readonly string[])[];
  /** Lines that would be too many at once. */
  linesLeft: number;
  /** Columns that the table does not have. */
  columnsLeft: number;
}

/**
 * The lines of a block that go in, and how much does not.
 *
 * @param columns - How many there are from the first cell on.
 * @param most - Cells to fill at most; a line goes in whole or not at all.
 */
export function blockFor(pasted: readonly (readonly string[])[], columns: number, most = MOST_PASTED): Block {
  const lines = pasted.slice(0, pasted.findLastIndex((line) => line.some((cell) => cell !== "")) + 1);
  const width = Math.max(0, ...lines.map((line) => line.length));
  const inside = Math.min(columns, width);
  const fit = inside === 0 ? 0 : Math.floor(most / inside);
  return {
    lines: lines.slice(0, fit).map((line) => line.slice(0, inside)),
    linesLeft: Math.max(0, lines.length - fit),
    columnsLeft: width - inside,
  };
}
