// biome-ignore-all lint/a11y/useSemanticElements: rows that stand at computed places are no table of HTML
// biome-ignore-all lint/a11y/useFocusableInteractive: in a grid the cells take the focus, one at a time
import { defaultRangeExtractor, useVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { ProblemNote } from "../components/ProblemNote";
import { text } from "../text";
import { Cell, cellId } from "./Cell";
import { fitting } from "./columns";
import type { View } from "./filter";
import classes from "./Grid.module.css";
import { GridHead } from "./GridHead";
import { type At, following, type Held, isLost } from "./held";
import { type Place, within } from "./moves";
import type { Column, Row, Table } from "./tables";
import type { Edits } from "./useEdits";
import { useGridKeys } from "./useGridKeys";
import { type Rows, useRows } from "./useRows";

const ROW_PX = 33;
const NUMBER_PX = 92;

interface GridProps {
  table: Table;
  view: View;
  onView(view: View): void;
  edits: Edits;
  chosen: ReadonlySet<string>;
  onTick(row: string): void;
  /** A cell to go to, once for each object: a row was added. */
  goTo: Place | null;
  /** Told which row the keyboard is at. */
  onAt(row: Row | null): void;
}

/** The rows of a table to be looked at and changed: only those that are seen are drawn and read. */
export function Grid({ table, view, onView, edits, chosen, onTick, goTo, onAt }: GridProps) {
  const box = useRef<HTMLDivElement>(null);
  const wants = useRef(false);
  // whether one works in it: a cell that goes with its row says nothing of that, and another one takes its place
  const inside = useRef(false);
  const [at, setAt] = useState<At>({ row: 0, column: 0, held: null });
  const [editing, setEditing] = useState<Editing | null>(null);
  const [seen, setSeen] = useState({ first: 0, last: 60 });
  const rows = useRows(table.id, view, seen.first, seen.last);
  const count = rows.count ?? 0;
  const size = { rows: count, columns: table.columns.length };
  // while a cell is edited nothing moves below what is typed
  const now = editing === null ? following(at, rows, view) : at;
  if (now !== at) {
    setAt(now);
  }
  const place = within(now, size);
  const lost = editing === null && isLost({ ...now, ...place }, rows, view);
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_PX,
    overscan: 8,
    scrollPaddingStart: ROW_PX,
    // the cell that has the focus stays, wherever one scrolls to
    rangeExtractor: (range) =>
      [...new Set([...defaultRangeExtractor(range), place.row])]
        .filter((row) => row < count)
        .sort((one, other) => one - other),
  });
  const first = virtual.range?.startIndex ?? 0;
  const last = virtual.range?.endIndex ?? 60;
  useEffect(() => setSeen({ first, last }), [first, last]);

  const { scrollToIndex } = virtual;
  const go = useCallback(
    (there: Place, held: Held | null = null) => {
      wants.current = true;
      setEditing(null);
      setAt({ row: there.row, column: there.column, held });
      scrollToIndex(there.row);
    },
    [scrollToIndex],
  );
  useEffect(() => {
    if (goTo) {
      go(goTo);
    }
  }, [goTo, go]);
  useLayoutEffect(() => {
    // the cell may be drawn only after the grid has scrolled to it
    const follows = wants.current || isElsewhere(box.current, place) || (inside.current && isNowhere());
    const taker = count === 0 ? box.current : document.getElementById(cellId(place));
    const cell = follows && editing === null ? taker : null;
    if (cell) {
      wants.current = false;
      cell.focus({ preventScroll: true });
      cell.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
  });
  const current = lost ? null : (rows.at(place.row) ?? null);
  useEffect(() => onAt(current), [onAt, current]);

  const keys = useGridKeys({
    ...{ table, view, rows, edits, place, lost, count, go },
    page: () => Math.max(1, Math.floor((box.current?.clientHeight ?? 0) / ROW_PX) - 2),
    edit: (typed) => begin(place, typed),
    tick: onTick,
  });
  const widths = useWidths(table, rows);
  const whole = NUMBER_PX + widths.reduce((sum, width) => sum + width, 0);
  const template = [NUMBER_PX, ...widths].map((width) => `${width}px`).join(" ");

  function come(there: Place) {
    if (lost || there.row !== place.row || there.column !== place.column) {
      setAt({ ...there, held: null });
    }
  }

  function begin(there: Place, typed: string) {
    const row = rows.at(there.row);
    if (row) {
      setEditing({ row, typed });
    }
  }

  function finish(row: Row, column: Column, typed: string | null, next: Place | null) {
    setEditing(null);
    if (typed !== null) {
      // another row may stand here by now
      void edits.put(editing?.row ?? row, column, typed);
    }
    if (next) {
      // counted from where the row of what was typed is now
      const edited = editing?.row ?? row;
      const from = rows.numberOf(edited.id) ?? place.row;
      const stays = next.row === place.row;
      go(
        within({ row: from + next.row - place.row, column: next.column }, size),
        stays ? { id: edited.id, view } : null,
      );
    }
  }

  return (
    <>
      {rows.error ? <ProblemNote error={rows.error} /> : null}
      <div
        ref={box}
        role="grid"
        aria-label={table.name}
        aria-rowcount={count + 1}
        aria-colcount={table.columns.length + 1}
        aria-describedby="grid-keys"
        className={classes.grid}
        tabIndex={count === 0 ? 0 : undefined}
        onKeyDown={keys.pressed}
        onFocus={() => {
          inside.current = true;
        }}
        onBlur={() => {
          inside.current = false;
        }}
        onMouseDown={(event) => {
          // the cell has the focus already: it is chosen anew, with the row that stands there now
          if (lost && (event.target as Element).closest(`#${cellId(place)}`)) {
            come(place);
          }
        }}
        onCopy={keys.copy}
        onPaste={keys.paste}
      >
        <GridHead {...{ table, view, onView, template }} width={whole} />
        <div
          role="rowgroup"
          className={classes.body}
          style={{ height: virtual.getTotalSize(), width: whole }}
        >
          {virtual.getVirtualItems().map((item) => (
            <GridRow
              key={item.key}
              {...{ table, template, edits, onTick }}
              number={item.index}
              start={item.start}
              row={rows.at(item.index)}
              chosen={chosen}
              active={item.index === place.row ? place.column : null}
              editing={item.index === place.row ? (editing?.typed ?? null) : null}
              onActive={come}
              onEdit={(there, typed) => {
                come(there);
                begin(there, typed);
              }}
              onFinish={finish}
            />
          ))}
        </div>
      </div>
      {rows.count === 0 ? (
        <p className={classes.empty}>{view.where.length > 0 ? text.tables.noneFound : text.tables.empty}</p>
      ) : null}
      <p id="grid-keys" className={classes.keys}>
        {text.tables.keys}
      </p>
    </>
  );
}

/** Whether the focus is at another cell of the grid than the keyboard. */
function isElsewhere(box: HTMLElement | null, place: Place): boolean {
  const focused = document.activeElement;
  const inside = focused?.getAttribute("role") === "gridcell" && (box?.contains(focused) ?? false);
  return inside && focused?.id !== cellId(place);
}

function isNowhere(): boolean {
  return document.activeElement === null || document.activeElement === document.body;
}

/** What is typed into a cell, and the row that it began in. */
interface Editing {
  row: Row;
  typed: string;
}

interface GridRowProps {
  table: Table;
  template: string;
  edits: Edits;
  chosen: ReadonlySet<string>;
  onTick(row: string): void;
  number: number;
  start: number;
  row: Row | undefined;
  /** The column that the keyboard is at, if it is in this row. */
  active: number | null;
  editing: string | null;
  onActive(place: Place): void;
  onEdit(place: Place, typed: string): void;
  onFinish(row: Row, column: Column, typed: string | null, next: Place | null): void;
}

function GridRow(props: GridRowProps) {
  const { table, edits, chosen, number, row, active } = props;
  return (
    <div
      role="row"
      aria-rowindex={number + 2}
      aria-selected={row ? chosen.has(row.id) : false}
      aria-busy={row === undefined ? true : undefined}
      className={classes.row}
      style={{
        gridTemplateColumns: props.template,
        height: ROW_PX,
        transform: `translateY(${props.start}px)`,
        ["--above" as string]: Math.max(0, 9_999_998 - number),
      }}
    >
      <div role="rowheader" className={classes.number}>
        <input
          type="checkbox"
          tabIndex={-1}
          disabled={row === undefined}
          aria-label={text.tables.tick(number + 1)}
          checked={row ? chosen.has(row.id) : false}
          onChange={() => (row ? props.onTick(row.id) : undefined)}
        />
        {(number + 1).toLocaleString()}
      </div>
      {table.columns.map((column, at) => (
        <Cell
          key={column.name}
          place={{ row: number, column: at }}
          row={row}
          column={column}
          active={at === active}
          pending={row ? edits.of(row.id, column.name) : undefined}
          editing={at === active ? props.editing : null}
          onActive={() => props.onActive({ row: number, column: at })}
          onEdit={(typed) => props.onEdit({ row: number, column: at }, typed)}
          onFinish={props.onFinish}
        />
      ))}
    </div>
  );
}

/** Widths come from the rows that are seen first, so that nothing jumps while one scrolls. */
function useWidths(table: Table, rows: Rows): number[] {
  const [sample, setSample] = useState<Row["values"][]>([]);
  const here = rows.at(0) !== undefined;
  useEffect(() => {
    if (here) {
      setSample((before) =>
        before.length > 0 ? before : Array.from({ length: 30 }, (_, number) => rows.at(number)?.values ?? {}),
      );
    }
  }, [here, rows]);
  return useMemo(() => fitting(table.columns, sample), [table.columns, sample]);
}
