/** How wide the columns of a grid are: by their names and by what the first rows have. Pure. */
import type { Json } from "../flow/document";
import { asShown } from "./cells";
import type { Column } from "./tables";

const NARROWEST = 160;
const WIDEST = 340;
// a digit, which is wider than most letters: numbers and times are not cut
const CHARACTER = 8.4;
const AROUND = 34;

export function fitting(columns: readonly Column[], rows: readonly { [name: string]: Json }[]): number[] {
  return columns.map((column) => {
    const longest = Math.max(
      column.name.length + column.type.length + 2,
      ...rows.map((row) => asShown(row[column.name], column.type).length),
    );
    return Math.round(Math.min(WIDEST, Math.max(NARROWEST, AROUND + CHARACTER * longest)));
  });
}
