/**
 * What stands in a text field with references, as text and as chips. Places in it are counted in characters of its
 * text, in which a chip counts as it is written: they outlive that the field is painted anew.
 */
import { text } from "../../text";
import type { Titles } from "../context";
import { nameOf, piecesOf } from "../logic/references";
import classes from "./fields.module.css";

/** A part of a field's text; where its ends are the same, the caret. */
export interface Span {
  start: number;
  end: number;
}

/** The text of what stands in the field, chips as they are written. */
export function textIn(element: HTMLElement | null): string {
  let said = "";
  for (const node of element?.childNodes ?? []) {
    said += textOf(node);
  }
  // a last break shows no line: a browser puts one behind each that somebody has typed at the end
  return said.endsWith("\n") ? said.slice(0, -1) : said;
}

function textOf(node: Node): string {
  if (node instanceof HTMLElement) {
    return node.dataset.written ?? (node.tagName === "BR" ? "\n" : (node.textContent ?? ""));
  }
  return node.textContent ?? "";
}

export function paint(element: HTMLElement, value: string, titles: Titles): void {
  const nodes: Node[] = piecesOf(value).map((piece) =>
    piece.kind === "text" ? document.createTextNode(piece.text) : chipFor(piece.text, titles),
  );
  if (value.endsWith("\n")) {
    nodes.push(document.createElement("br"));
  }
  element.replaceChildren(...nodes);
}

function chipFor(written: string, titles: Titles): HTMLElement {
  const chip = document.createElement("span");
  chip.contentEditable = "false";
  chip.dir = "ltr"; // the way to a value; the names in it may go the other way
  chip.dataset.written = written;
  const [piece] = piecesOf(written);
  const reference = piece?.kind === "reference" ? piece.reference : null;
  const title = reference ? titles.get(reference.root) : undefined;
  chip.className = title === undefined ? `${classes.chip} ${classes.lost}` : (classes.chip ?? "");
  chip.textContent = chipWords(written, titles);
  chip.title = written;
  return chip;
}

function chipWords(written: string, titles: Titles): string {
  const [piece] = piecesOf(written);
  if (piece?.kind !== "reference") {
    return written;
  }
  const { as } = piece.reference;
  return nameOf(piece.reference, titles) + (as ? ` ${text.flow.as} ${as}` : "");
}

/** A text as it is read in the field. */
export function readOut(said: string, titles: Titles): string {
  return piecesOf(said)
    .map((piece) => (piece.kind === "text" ? piece.text : chipWords(piece.text, titles)))
    .join("");
}

/** How many characters at their end two texts have in common. */
export function sameAtEnd(one: string, other: string): number {
  let same = 0;
  while (same < Math.min(one.length, other.length) && one.at(-1 - same) === other.at(-1 - same)) {
    same++;
  }
  return same;
}

/** What is chosen in the field, or where its caret is; null if that is elsewhere. */
export function spanIn(element: HTMLElement): Span | null {
  const selection = document.getSelection();
  const range = selection && selection.rangeCount > 0 ? selection.getRangeAt(0) : null;
  return range && element.contains(range.commonAncestorContainer) ? spanOf(element, range) : null;
}

/** The place in the field that is shown at a point of the window; null if there is none. */
export function spanAt(element: HTMLElement, x: number, y: number): Span | null {
  const range = document.caretRangeFromPoint?.(x, y) ?? null;
  const inChip = range?.startContainer.parentElement?.closest("[data-written]");
  return range && !inChip && element.contains(range.startContainer) ? spanOf(element, range) : null;
}

/** A range within the field; a chip is in it whole or not at all. */
function spanOf(element: HTMLElement, range: Range): Span {
  const all = textIn(element).length;
  const start = placeOf(element, range.startContainer, range.startOffset, false);
  const end = range.collapsed ? start : placeOf(element, range.endContainer, range.endOffset, true);
  return { start: Math.min(start, all), end: Math.min(end, all) };
}

function placeOf(element: HTMLElement, container: Node, offset: number, behind: boolean): number {
  let before = 0;
  for (const [number, node] of [...element.childNodes].entries()) {
    if (container === element && number === offset) {
      break;
    }
    if (node.contains(container)) {
      const inside = node instanceof HTMLElement ? (behind ? textOf(node).length : 0) : offset;
      return before + inside;
    }
    before += textOf(node).length;
  }
  return before;
}

/** Choose a part of the field's text, or put the caret there; within a chip there is no place, so behind it. */
export function choose(element: HTMLElement, { start, end }: Span): void {
  const [from, fromOffset] = placeIn(element, start);
  const [to, toOffset] = placeIn(element, end);
  document.getSelection()?.setBaseAndExtent(from, fromOffset, to, toOffset);
}

function placeIn(element: HTMLElement, place: number): [Node, number] {
  let left = place;
  const nodes = [...element.childNodes];
  for (const [number, node] of nodes.entries()) {
    const { length } = textOf(node);
    if (left <= length) {
      return node instanceof HTMLElement ? [element, number + (left > 0 ? 1 : 0)] : [node, left];
    }
    left -= length;
  }
  return [element, nodes.length];
}

/** The chip of the field in whose words the caret stands; null if it is anywhere else, or something is chosen. */
export function chipAtCaret(element: HTMLElement): HTMLElement | null {
  const selection = document.getSelection();
  const at = selection?.isCollapsed ? selection.anchorNode : null;
  const chip = (at instanceof HTMLElement ? at : at?.parentElement)?.closest<HTMLElement>("[data-written]");
  return chip && element.contains(chip) ? chip : null;
}

/** Put the caret behind a chip, which takes none itself. */
export function caretBehind(chip: HTMLElement): void {
  const range = document.createRange();
  range.setStartAfter(chip);
  document.getSelection()?.collapse(range.startContainer, range.startOffset);
}
