/** Where the keyboard leads in a grid. Pure. */

/** A cell by the numbers of its row and column, from 0. */
export interface Place {
  row: number;
  column: number;
}

export interface Size {
  rows: number;
  columns: number;
  /** Rows that are seen at once. */
  page: number;
}

interface Key {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

/** The cell that a key leads to; null for a key that leads nowhere. */
export function moved(at: Place, { key, ctrlKey, metaKey, altKey }: Key, size: Size): Place | null {
  const far = ctrlKey || metaKey;
  if (altKey) {
    return null;
  }
  switch (key) {
    case "ArrowLeft":
      return within({ ...at, column: far ? 0 : at.column - 1 }, size);
    case "ArrowRight":
      return within({ ...at, column: far ? size.columns : at.column + 1 }, size);
    case "ArrowUp":
      return within({ ...at, row: far ? 0 : at.row - 1 }, size);
    case "ArrowDown":
      return within({ ...at, row: far ? size.rows : at.row + 1 }, size);
    case "PageUp":
      return within({ ...at, row: at.row - size.page }, size);
    case "PageDown":
      return within({ ...at, row: at.row + size.page }, size);
    case "Home":
      return within({ row: far ? 0 : at.row, column: 0 }, size);
    case "End":
      return within({ row: far ? size.rows : at.row, column: size.columns }, size);
    default:
      return null;
  }
}

/** The nearest cell that there is. */
export function within(at: Place, size: Pick<Size, "rows" | "columns">): Place {
  return { row: nearest(at.row, size.rows), column: nearest(at.column, size.columns) };
}

function nearest(number: number, count: number): number {
  return Math.max(0, Math.min(number, count - 1));
}
