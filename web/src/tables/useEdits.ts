import { useQueryClient } from "@tanstack/react-query";
import { type RefObject, useCallback, useMemo, useRef, useState } from "react";
import { ApiError, explain, type Problem } from "../api/errors";
import { text } from "../text";
import { asSent, asTyped } from "./cells";
import { newRowId } from "./rowId";
import { type Column, changeRow, deleteRows, makeRow, type Row, rowOf } from "./tables";
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
  /** Put several lines in, which are taken back together; what is refused stays in its cell, with the reason. */
  paste(lines: readonly Line[]): Promise<void>;
  /** Give up what was refused. */
  drop(row: string, column: string): void;
  /** Put back what was there before the last change, or paste. How many rows stay, since they were changed meanwhile. */
  undo(): Promise<number>;
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

/** What is pasted into a row, or into one that is to be made. */
export interface Line {
  row: Row | undefined;
  cells: readonly Typed[];
}

interface Change {
  row: Row;
  column: Column;
  before: string;
}

/** What is taken back at once. */
interface Step {
  changes: Change[];
  /** Rows that were made, as they were then. */
  made: Row[];
}

const MOST_STEPS = 100;

const keyOf = (row: string, column: string) => `${row} ${column}`;

/** Changes of cells: shown at once, stored, and told at the cell where they are refused. */
export function useEdits(table: string): Edits {
  const queries = useQueryClient();
  const [pending, setPending] = useState<ReadonlyMap<string, Pending>>(new Map());
  // what is pending, known before it is drawn
  const now = useRef(pending);
  const past = useRef<Step[]>([]);
  // what stands in the cells that were stored since something is on its way: a row that is drawn may be from before
  const standing = useRef(new Map<string, string>());
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
    async (row: Row, column: Column, typed: string): Promise<Row | null> => {
      try {
        const stored = await changeRow(table, row.id, { [column.name]: asSent(typed, column.type) });
        queries.setQueriesData<Row[] | number>({ queryKey: ["table", table, "rows"] }, (block) =>
          Array.isArray(block) && block.some((one) => one.id === stored.id)
            ? block.map((one) => (one.id === stored.id ? stored : one))
            : block,
        );
        const key = keyOf(row.id, column.name);
        standing.current.set(key, asTyped(stored.values[column.name]));
        // what was typed since then is shown until its turn comes
        if (now.current.get(key)?.typed === typed) {
          mark(row.id, column.name, null);
        }
        // what was being read meanwhile may be from before
        void queries.invalidateQueries({ queryKey: ["table", table, "rows"] });
        return stored;
      } catch (error) {
        mark(row.id, column.name, { typed, problem: reason(error) });
        return null;
      }
    },
    [mark, queries, table],
  );

  const change = useCallback(
    async (row: Row, column: Column, typed: string, step: Step): Promise<void> => {
      const one = { row, column, before: asTyped(row.values[column.name]) };
      if (!turns.busy) {
        standing.current.clear();
        if (typed === one.before) {
          mark(row.id, column.name, null);
          return;
        }
      }
      mark(row.id, column.name, { typed, problem: null });
      step.changes.push(one);
      remember(past, step);
      const changed = await turns.take(() => {
        one.before = standing.current.get(keyOf(row.id, column.name)) ?? one.before;
        return store(row, column, typed);
      });
      if (changed === null || asTyped(changed.values[column.name]) === one.before) {
        step.changes = step.changes.filter((other) => other !== one);
        forgetEmpty(past, step);
      }
    },
    [mark, store, turns],
  );

  const make = useCallback(
    (cells: readonly Typed[], step: Step): Promise<void> =>
      turns.take(async () => {
        const id = newRowId();
        const values = cells.map(({ column, typed }) => [column.name, asSent(typed, column.type)]);
        let made: Row;
        try {
          made = await makeRow(table, id, Object.fromEntries(values) as Row["values"]);
        } catch (error) {
          if (!(error instanceof ApiError && error.status < 500)) {
            throw error;
          }
          // the row as it begins, and each value by itself: the cells tell which are refused
          made = await makeRow(table, id);
          for (const { column, typed } of cells) {
            mark(id, column.name, { typed, problem: null });
            made = (await store(made, column, typed)) ?? made;
          }
        }
        step.made.push(made);
        remember(past, step);
        void queries.invalidateQueries({ queryKey: ["table", table, "rows"] });
      }),
    [mark, store, turns, queries, table],
  );

  const takeBack = useCallback(
    async ({ changes, made }: Step): Promise<number> => {
      for (const { row, column, before } of changes.toReversed()) {
        mark(row.id, column.name, { typed: before, problem: null });
        await store(row, column, before);
      }
      let stay = 0;
      for (const row of made.toReversed()) {
        if (await unmake(table, row)) {
          stay += 1;
          continue;
        }
        for (const column of Object.keys(row.values)) {
          mark(row.id, column, null);
        }
      }
      if (made.length > 0) {
        void queries.invalidateQueries({ queryKey: ["table", table] });
      }
      return stay;
    },
    [mark, store, queries, table],
  );

  return useMemo<Edits>(
    () => ({
      of: (row, column) => pending.get(keyOf(row, column)),
      drop: (row, column) => mark(row, column, null),
      put: (row, column, typed) => change(row, column, typed, { changes: [], made: [] }),
      paste: async (lines) => {
        const step: Step = { changes: [], made: [] };
        await Promise.all(
          lines.flatMap(({ row, cells }) =>
            row === undefined
              ? [make(cells, step)]
              : cells.map(({ column, typed }) => change(row, column, typed, step)),
          ),
        );
      },
      undo: async () => {
        const step = past.current.pop();
        return step === undefined ? 0 : await turns.take(() => takeBack(step));
      },
      unsaved: () => turns.busy || now.current.size > 0,
      settled: () => turns.idle(),
      forget: () => {
        now.current = new Map();
        setPending(now.current);
      },
    }),
    [pending, mark, change, make, takeBack, turns],
  );
}

type Past = RefObject<Step[]>;

/** Have a step among those that can be taken back. */
function remember(past: Past, step: Step): void {
  if (!past.current.includes(step)) {
    past.current = [...past.current.slice(1 - MOST_STEPS), step];
  }
}

/** A step of which nothing was stored is none. */
function forgetEmpty(past: Past, step: Step): void {
  if (step.changes.length + step.made.length === 0) {
    past.current = past.current.filter((one) => one !== step);
  }
}

/** Take a row away that was made, unless somebody has changed it since. Whether it stays. */
async function unmake(table: string, row: Row): Promise<boolean> {
  try {
    const now = await rowOf(table, row.id);
    if (JSON.stringify(now.values) !== JSON.stringify(row.values)) {
      return true;
    }
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 404)) {
      throw error;
    }
    return false; // it is gone already
  }
  await deleteRows(table, [row.id]);
  return false;
}

/** Why a cell was refused, in the grid's words where the server's speak of cards. */
function reason(error: unknown): Problem {
  const [problem] = explain(error);
  if (error instanceof ApiError && problem?.code === "not-unique") {
    return { ...problem, what: text.tables.notUnique, mend: text.tables.notUniqueMend };
  }
  return problem ?? { code: "internal", what: String(error), mend: text.errors.internal.mend };
}
