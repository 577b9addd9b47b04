/** A table as it is being defined: what the form has, and what of it is sent. Pure. */
import type { Schemas } from "../api/client";
import { asSent, asTyped } from "./cells";
import type { Column } from "./tables";

export interface ColumnDraft {
  /** Tells the lines of the form apart. */
  key: number;
  name: string;
  type: string;
  unique: boolean;
  begins: string;
  /** The name of the column as it is stored; null for a new one. */
  was: string | null;
  indexed: boolean | null;
}

export function draftOf(column: Column, key: number): ColumnDraft {
  return {
    key,
    name: column.name,
    type: column.type,
    unique: column.unique,
    begins: asTyped(column.default as never),
    was: column.name,
    indexed: column.indexed,
  };
}

export function newColumn(key: number): ColumnDraft {
  return { key, name: "", type: "text", unique: false, begins: "", was: null, indexed: null };
}

/** Columns of the table that the form does not have any more. */
export function goneFrom(columns: readonly Column[], drafts: readonly ColumnDraft[]): string[] {
  const kept = new Set(drafts.map((draft) => draft.was));
  return columns.map((column) => column.name).filter((name) => !kept.has(name));
}

export function requestOf(
  name: string,
  about: string,
  drafts: readonly ColumnDraft[],
  removes: boolean,
): Schemas["TableRequest"] {
  return {
    name: name.trim(),
    about: about.trim(),
    columns: drafts.map((draft) => ({
      name: draft.name.trim(),
      type: draft.type,
      unique: draft.unique,
      indexed: draft.indexed,
      default: asSent(draft.begins, draft.type) as never,
      was: draft.was === null || draft.was === draft.name.trim() ? null : draft.was,
    })),
    remove_columns: removes,
  };
}
