import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo, useRef, useState } from "react";
import { ApiError, explain, type Problem } from "../api/errors";
import { text } from "../text";
import { asSent, asTyped } from "./cells";
import { newRowId } from "./rowId";
import { type Column, changeRow, makeRow, type Row } from "./tables";
import { Turns } from "./turns";

/** What somebody typed into a cell, as long as it is not stored. */
export interface Pending {
  typed: string;
  /** Why it was refused; null while it is on its way. */
  problem: Problem | null;
}

export interface Edits {
  of(row: string, column: string): Pending | undefined;
  /** Store what was typed; what is refused stays, with the reason. */
  put(row: Row, column: Column, typed: string): Promise<void>;
  /** Make a row with what was typed; what is refused stays in its cell, with the reason. */
  add(cells: readonly Typed[]): Promise<void>;
  /** Give up what was refused. */
  drop(row: string, column: string): void;
  /** Put back what a cell had before it was changed last. */
  undo(): Promise<void>;
  /** Whether something typed is not stored: on its way, or refused. */
  unsaved(): boolean;
  /** Ends when nothing is on its way any more. */
  settled(): Promise<void>;
  /** Give up all that is not stored: there is no table any more. */
  forget(): void;
}

/** What was typed for a column of a row. */
export interface Typed {
  column: Column;
  typed: string;
}

interface Change {
  row: Row;
  column: Column;
  before: string;
}

const keyOf = (row: string, column: string) => `${row} ${column}`;

/** Changes of cells: shown at once, stored, and told at the cell where they are refused. */
export function useEdits(table: string): Edits {
  const queries = useQueryClient();
  const [pending, setPending] = useState<ReadonlyMap<string, Pending>>(new Map());
  // what is pending, known before it is drawn
  const now = useRef(pending);
  const past = useRef<Change[]>([]);
  const [turns] = useState(() => new Turns());

  const mark = useCallback((row: string, column: string, next: Pending | null) => {
    const after = new Map(now.current);
    if (next === null) {
      after.delete(keyOf(row, column));
    } else {
      after.set(keyOf(row, column), next);
    }
    now.current = after;
    setPending(after);
  }, []);

  const store = useCallback(
    async (row: Row, column: Column, typed: string): Promise<boolean> => {
      mark(row.id, column.name, { typed, problem: null });
      try {
        const stored = await changeRow(table, row.id, { [column.name]: asSent(typed, column.type) });
        queries.setQueriesData<Row[] | number>({ queryKey: ["table", table, "rows"] }, (block) =>
          Array.isArray(block) && block.some((one) => one.id === stored.id)
            ? block.map((one) => (one.id === stored.id ? stored : one))
            : block,
        );
        mark(row.id, column.name, null);
        // what was being read meanwhile may be from before
        void queries.invalidateQueries({ queryKey: ["table", table, "rows"] });
        return true;
      } catch (error) {
        mark(row.id, column.name, { typed, problem: reason(error) });
        return false;
      }
    },
    [mark, queries, table],
  );

  return useMemo<Edits>(
    () => ({
      of: (row, column) => pending.get(keyOf(row, column)),
      drop: (row, column) => mark(row, column, null),
      put: async (row, column, typed) => {
        const change = { row, column, before: asTyped(row.values[column.name]) };
        if (typed === change.before) {
          mark(row.id, column.name, null);
          return;
        }
        mark(row.id, column.name, { typed, problem: null });
        past.current = [...past.current.slice(-99), change];
        if (!(await turns.take(() => store(row, column, typed)))) {
          past.current = past.current.filter((one) => one !== change);
        }
      },
      add: async (cells) => {
        await turns.take(async () => {
          const id = newRowId();
          const values = cells.map(({ column, typed }) => [column.name, asSent(typed, column.type)]);
          try {
            await makeRow(table, id, Object.fromEntries(values) as Row["values"]);
          } catch (error) {
            if (!(error instanceof ApiError && error.status < 500)) {
              throw error;
            }
            // the row as it begins, and each value by itself: the cells tell which are refused
            const made = await makeRow(table, id);
            for (const { column, typed } of cells) {
              await store(made, column, typed);
            }
          }
          void queries.invalidateQueries({ queryKey: ["table", table, "rows"] });
        });
      },
      undo: async () => {
        const change = past.current.pop();
        if (change !== undefined) {
          await turns.take(() => store(change.row, change.column, change.before));
        }
      },
      unsaved: () => turns.busy || now.current.size > 0,
      settled: () => turns.idle(),
      forget: () => {
        now.current = new Map();
        setPending(now.current);
      },
    }),
    [pending, mark, store, turns, queries, table],
  );
}

/** Why a cell was refused, in the grid's words where the server's speak of cards. */
function reason(error: unknown): Problem {
  const [problem] = explain(error);
  if (error instanceof ApiError && problem?.code === "not-unique") {
    return { ...problem, what: text.tables.notUnique, mend: text.tables.notUniqueMend };
  }
  return problem ?? { code: "internal", what: String(error), mend: text.errors.internal.mend };
}
