import { notifications } from "@mantine/notifications";
import type { ClipboardEvent, KeyboardEvent } from "react";
import { tellFailed } from "../components/tellFailed";
import { text } from "../text";
import { asTyped } from "./cells";
import type { View } from "./filter";
import { moved, type Place, within } from "./moves";
import type { Table } from "./tables";
import type { Edits } from "./useEdits";
import { usePaste } from "./usePaste";
import type { Rows } from "./useRows";

interface GridKeys {
  table: Table;
  view: View;
  rows: Rows;
  edits: Edits;
  place: Place;
  /** Whether another row stands there than the one that the keyboard came to. */
  lost: boolean;
  count: number;
  /** Rows that are seen at once. */
  page(): number;
  go(there: Place): void;
  /** Begin to edit the cell, with this text in it. */
  edit(typed: string): void;
  tick(row: string): void;
}

/** The keyboard of the grid while no cell is edited: it moves, begins to edit, empties, takes back, copies and pastes. */
export function useGridKeys({
  table,
  view,
  rows,
  edits,
  place,
  lost,
  count,
  page,
  go,
  edit,
  tick,
}: GridKeys) {
  const put = usePaste({ table, view, rows, edits, place, count });
  const row = lost ? undefined : rows.at(place.row);
  const column = table.columns[place.column];
  const size = { rows: count, columns: table.columns.length };
  const pending = row && column ? edits.of(row.id, column.name) : undefined;

  /** Whether the key did something. */
  function onCell(event: KeyboardEvent): boolean {
    const command = event.ctrlKey || event.metaKey;
    if (row === undefined || column === undefined) {
      return false;
    }
    if (event.shiftKey && event.key === " ") {
      tick(row.id);
    } else if (event.key === "Enter" || event.key === "F2") {
      edit(pending?.typed ?? asTyped(row.values[column.name]));
    } else if (event.key === "Delete" || event.key === "Backspace") {
      void edits.put(row, column, "");
    } else if (event.key === "Escape" && pending?.problem) {
      edits.drop(row.id, column.name);
    } else if (event.key.length === 1 && !command && !event.altKey) {
      edit(event.key);
    } else {
      return false;
    }
    return true;
  }

  function pressed(event: KeyboardEvent) {
    const onGrid = event.target === event.currentTarget;
    // what is taken back need not be where the keyboard is: the row may be gone by what was typed, or the last one
    if (isUndo(event) && (onGrid || isCell(event.target))) {
      event.preventDefault();
      void edits.undo().then(tellStaying, tellFailed);
      return;
    }
    if (!isCell(event.target)) {
      return;
    }
    const there = moved(place, event, { ...size, page: page() });
    if (there) {
      go(there);
      event.preventDefault();
    } else if (lost && isMeant(event)) {
      // neither for the row that stands here by now, nor for the page
      event.preventDefault();
      event.stopPropagation();
      notifications.show({ message: text.tables.lost, color: "red" });
    } else if (onCell(event)) {
      event.preventDefault();
    }
  }

  function copy(event: ClipboardEvent) {
    if (isCell(event.target) && row && column && document.getSelection()?.isCollapsed !== false) {
      event.clipboardData.setData("text/plain", asTyped(row.values[column.name]));
      event.preventDefault();
    }
  }

  function paste(event: ClipboardEvent) {
    // a table without rows has no cell yet: the grid has the focus
    if (isCell(event.target) || (count === 0 && event.target === event.currentTarget)) {
      event.preventDefault();
      if (lost) {
        notifications.show({ message: text.tables.lost, color: "red" });
        return;
      }
      put(event.clipboardData.getData("text/plain"));
      go(within(place, size));
    }
  }

  return { pressed, copy, paste };
}

/** Rows that were pasted and that others have changed since are theirs, too. */
function tellStaying(count: number): void {
  if (count > 0) {
    notifications.show({ message: text.tables.rowsStay(count) });
  }
}

/** Whether a key would do something to a row. */
function isMeant({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  const plain = !ctrlKey && !metaKey && !altKey;
  return plain && (key.length === 1 || ["Enter", "F2", "Delete", "Backspace"].includes(key));
}

function isUndo({ key, ctrlKey, metaKey }: KeyboardEvent): boolean {
  return (ctrlKey || metaKey) && key.toLowerCase() === "z";
}

function isCell(target: EventTarget): boolean {
  return target instanceof HTMLElement && target.getAttribute("role") === "gridcell";
}
