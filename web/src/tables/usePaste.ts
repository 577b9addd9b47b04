import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { tellFailed } from "../components/tellFailed";
import { text } from "../text";
import { pasted } from "./cells";
import type { View } from "./filter";
import type { Place } from "./moves";
import { blockFor } from "./pasting";
import { BLOCK, blockQuery, type Row, type Table } from "./tables";
import type { Edits } from "./useEdits";
import type { Rows } from "./useRows";

interface Pasting {
  table: Table;
  view: View;
  rows: Rows;
  edits: Edits;
  place: Place;
  count: number;
}

/** Puts what a spreadsheet gave into a table, from a cell on; rows that are missing are made. */
export function usePaste({ table, view, rows, edits, place, count }: Pasting): (said: string) => void {
  const queries = useQueryClient();

  /** The row with a number, read where it is not here yet; undefined behind the last one. */
  async function rowAt(number: number): Promise<Row | undefined> {
    if (number >= count) {
      return undefined;
    }
    const here = rows.at(number);
    return (
      here ??
      (await queries.fetchQuery(blockQuery(table.id, view, Math.floor(number / BLOCK))))[number % BLOCK]
    );
  }

  async function put(said: string): Promise<void> {
    const columns = table.columns.slice(place.column);
    const block = blockFor(pasted(said), columns.length);
    // all of them first: what is put in changes which row is where, if they are sorted
    const into = await Promise.all(block.lines.map((_, down) => rowAt(place.row + down)));
    const missing = into.filter((row) => row === undefined).length;
    const told = text.tables.pasted(missing, block.linesLeft, block.columnsLeft);
    if (told !== "") {
      notifications.show({ message: told });
    }
    await edits.paste(
      block.lines.map((line, down) => ({
        row: into[down],
        cells: line.flatMap((typed, right) => {
          const column = columns[right];
          return column ? [{ column, typed }] : [];
        }),
      })),
    );
  }

  return (said) => void put(said).catch(tellFailed);
}
