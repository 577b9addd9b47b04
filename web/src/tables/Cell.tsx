// biome-ignore-all lint/a11y/useSemanticElements: rows that stand at computed places are no table of HTML
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import type { Problem } from "../api/errors";
import { text } from "../text";
import { asShown, asTyped } from "./cells";
import classes from "./Grid.module.css";
import type { Place } from "./moves";
import type { Column, Row } from "./tables";
import type { Pending } from "./useEdits";

export function cellId(place: Place): string {
  return `cell-${place.row}-${place.column}`;
}

interface CellProps {
  place: Place;
  row: Row | undefined;
  column: Column;
  /** Whether the keyboard is at this cell. */
  active: boolean;
  pending: Pending | undefined;
  /** The text with which it is edited; null while it is not. */
  editing: string | null;
  onActive(): void;
  onEdit(typed: string): void;
  /** Editing ends: with a text to store or null, and where to go from here. */
  onFinish(row: Row, column: Column, typed: string | null, next: Place | null): void;
}

/** One cell; why what was typed is refused stands at it. */
export function Cell(props: CellProps) {
  const { place, row, column, active, pending, editing } = props;
  const value = row?.values[column.name];
  const problem = pending?.problem ?? null;
  const shown = pending ? asShown(pending.typed) : asShown(value, column.type);
  const right = column.type === "number";
  const problemId = problem ? `${cellId(place)}-problem` : undefined;
  return (
    <div
      id={cellId(place)}
      role="gridcell"
      aria-colindex={place.column + 2}
      aria-invalid={problem ? true : undefined}
      aria-describedby={problemId}
      aria-busy={pending && !problem ? true : undefined}
      tabIndex={active ? 0 : -1}
      className={`${classes.cell} ${right ? classes.right : ""} ${problem ? classes.refused : ""} ${pending && !problem ? classes.saving : ""}`}
      onFocus={props.onActive}
      onDoubleClick={() => (row ? props.onEdit(pending?.typed ?? asTyped(value)) : undefined)}
    >
      {row && editing !== null ? (
        <Editor
          label={text.tables.cell(column.name, place.row + 1)}
          typed={editing}
          wrong={problemId}
          onDone={(typed, move) =>
            props.onFinish(
              row,
              column,
              typed,
              move ? { row: place.row + move.down, column: place.column + move.right } : null,
            )
          }
        />
      ) : (
        <span dir="auto">{row === undefined ? "…" : shown}</span>
      )}
      {problem && problemId ? <Refusal id={problemId} problem={problem} /> : null}
    </div>
  );
}

function Refusal({ id, problem }: { id: string; problem: Problem }) {
  return (
    <div id={id} role="alert" className={classes.bubble}>
      <p>
        <b>{text.tables.notSaved}</b> {problem.what}
      </p>
      <p>{problem.mend}</p>
    </div>
  );
}

interface EditorProps {
  label: string;
  typed: string;
  wrong: string | undefined;
  onDone(typed: string | null, move: { down: number; right: number } | null): void;
}

/** End editing, as going elsewhere does: what is typed is to be stored. */
export function endEditing(): void {
  const at = document.activeElement;
  if (at instanceof HTMLTextAreaElement && at.closest('[role="gridcell"]')) {
    at.blur();
  }
}

/** The text of a cell while it is edited. Enter and Tab store it and go on; Alt Enter begins a line; Esc gives it up. */
function Editor({ label, typed: first, wrong, onDone }: EditorProps) {
  const [typed, setTyped] = useState(first);
  const area = useRef<HTMLTextAreaElement>(null);
  const ended = useRef(false);
  useEffect(() => {
    area.current?.focus({ preventScroll: true });
    area.current?.setSelectionRange(first.length, first.length);
  }, [first]);
  function end(text: string | null, move: { down: number; right: number } | null) {
    if (!ended.current) {
      ended.current = true;
      onDone(text, move);
    }
  }
  function pressed(event: KeyboardEvent<HTMLTextAreaElement>) {
    event.stopPropagation();
    if (event.key === "Escape") {
      end(null, { down: 0, right: 0 });
    } else if (event.key === "Enter" && event.altKey) {
      const { selectionStart, selectionEnd } = event.currentTarget;
      setTyped(`${typed.slice(0, selectionStart)}\n${typed.slice(selectionEnd)}`);
    } else if (event.key === "Enter") {
      end(typed, { down: event.shiftKey ? -1 : 1, right: 0 });
    } else if (event.key === "Tab") {
      end(typed, { down: 0, right: event.shiftKey ? -1 : 1 });
    } else {
      return;
    }
    event.preventDefault();
  }
  return (
    <textarea
      ref={area}
      rows={1}
      className={classes.editor}
      aria-label={label}
      aria-invalid={wrong ? true : undefined}
      aria-describedby={wrong}
      value={typed}
      dir="auto"
      onChange={(event) => setTyped(event.currentTarget.value)}
      onKeyDown={pressed}
      onBlur={() => end(typed, null)}
    />
  );
}
