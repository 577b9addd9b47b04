import { useQueries, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { View } from "./filter";
import { BLOCK, blockQuery, countQuery, MOST_ROWS, type Row } from "./tables";

export interface Rows {
  /** How many the view has; undefined until it is known. */
  count: number | undefined;
  /** The row with a number, if its block is here. */
  at(number: number): Row | undefined;
  /** The number of a row, if its block is here. */
  numberOf(id: string): number | undefined;
  error: unknown;
}

/** The rows of a view, as far as they are looked at: only the blocks in which they lie are read. */
export function useRows(table: string, view: View, first: number, last: number): Rows {
  const count = useQuery(countQuery(table, view));
  const from = Math.floor(first / BLOCK);
  const to = Math.max(from, Math.floor(Math.min(last, MOST_ROWS - 1) / BLOCK));
  const blocks = useMemo(
    () => Array.from({ length: to - from + 1 }, (_, number) => from + number),
    [from, to],
  );
  const read = useQueries({
    queries: blocks.map((block) => blockQuery(table, view, block)),
    combine: (results) => ({
      rows: results.map((result) => result.data),
      error: results.find((result) => result.error)?.error,
    }),
  });
  return {
    count: count.data === undefined ? undefined : Math.min(count.data, MOST_ROWS),
    at: (number) => read.rows[Math.floor(number / BLOCK) - from]?.[number % BLOCK],
    numberOf: (id) => {
      for (const [block, found] of read.rows.entries()) {
        const number = found?.findIndex((row) => row.id === id) ?? -1;
        if (number >= 0) {
          return (from + block) * BLOCK + number;
        }
      }
      return undefined;
    },
    error: count.error ?? read.error,
  };
}
