/** Which rows of a table are shown, and in which order. Pure. */
import type { Json } from "../flow/document";
import { text } from "../text";
import type { Column } from "./tables";

/** One comparison; of several all hold. */
export interface Comparison {
  column: string;
  is: string;
  b?: Json;
}

export interface View {
  where: readonly Comparison[];
  sort: string | null;
  falling: boolean;
}

export const everything: View = { where: [], sort: null, falling: false };

const words = text.tables.comparisons;

/** The comparisons that a column can be filtered by. */
export function comparisonsOf(column: Column): readonly string[] {
  switch (column.type) {
    case "text":
      return words.text;
    case "number":
    case "datetime":
      return words.ordered;
    case "boolean":
      return words.boolean;
    default:
      return words.other;
  }
}

/** Whether a comparison is with a value. */
export function needsValue(is: string): boolean {
  return !is.endsWith("empty");
}

/** Whether rows can be sorted by a column. */
export function canSort(column: Column): boolean {
  return comparisonsOf(column) !== words.other;
}

/** The condition that the server is asked with; null for every row. */
export function conditionOf(view: View): Json {
  const parts = view.where.map((one): Json => ({ ...one }));
  return parts.length === 0 ? null : { all: parts };
}

export function said(one: Comparison): string {
  return [one.column, one.is, ...(needsValue(one.is) ? [String(one.b ?? "")] : [])].join(" ");
}

/** The view without what names a column that is gone. */
export function keeping(view: View, columns: readonly Column[]): View {
  const names = new Set(columns.map((column) => column.name));
  const where = view.where.filter((one) => names.has(one.column));
  const sorts = view.sort === null || names.has(view.sort);
  if (sorts && where.length === view.where.length) {
    return view;
  }
  return { where, sort: sorts ? view.sort : null, falling: sorts && view.falling };
}

/** Pressed once a column sorts rising, then falling, then not. */
export function sortedBy(view: View, column: string): View {
  if (view.sort !== column) {
    return { ...view, sort: column, falling: false };
  }
  return view.falling ? { ...view, sort: null, falling: false } : { ...view, falling: true };
}
