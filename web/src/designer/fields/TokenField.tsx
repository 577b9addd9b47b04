import { type KeyboardEvent, useCallback, useId, useLayoutEffect, useMemo, useRef } from "react";
import type { DropPlace } from "../../dragging/carried";
import { Dropping } from "../../dragging/Dropping";
import type { Json } from "../../flow/document";
import { text } from "../../text";
import { useDesigner, useTitles } from "../context";
import { readAs, shownAs, stands } from "../logic/literals";
import { nameOf, piecesOf } from "../logic/references";
import classes from "./fields.module.css";

export interface TokenFieldProps {
  value: Json | undefined;
  /** How what is typed is read (`readAs`). */
  type: string;
  /** The value that the text stands for; undefined where nothing stands. */
  onChange(value: Json | undefined): void;
  label: string;
  /** The card that the field belongs to. */
  card: string;
  lane?: number | null;
  mono?: boolean;
  wrong?: boolean;
  describedBy?: string | undefined;
  placeholder?: string | undefined;
}

/**
 * A text field whose references are chips. The browser edits it, and what stands in it is read back as text; so it is
 * painted anew only when it does not stand for the value any more, which changed elsewhere, or when the focus leaves.
 */
export function TokenField(props: TokenFieldProps) {
  const { value, type, onChange, card, lane = null } = props;
  const box = useRef<HTMLDivElement>(null);
  const titles = useTitles();
  const api = useDesigner();
  const id = useId();
  const changed = useRef(onChange);
  changed.current = onChange;
  const painted = useRef<typeof titles | null>(null);

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) {
      return;
    }
    const before = textIn(element);
    const has = document.activeElement === element;
    if (!stands(before, value, type) || (painted.current !== titles && !has)) {
      const now = shownAs(value, type);
      paint(element, now, titles);
      painted.current = titles;
      if (has) {
        caretAt(element, now.length - sameAtEnd(before, now));
      }
    }
  }, [value, type, titles]);

  const insert = useCallback(
    (written: string, at?: Range | null) => {
      const element = box.current;
      if (!element) {
        return;
      }
      const range = at ?? rangeIn(element);
      const chip = chipFor(written, titles);
      if (range) {
        range.deleteContents();
        range.insertNode(chip);
      } else {
        element.append(chip);
      }
      changed.current(readAs(textIn(element), type));
      caretBehind(element, chip);
    },
    [titles, type],
  );

  function focus() {
    api.target.current = { card, lane, insert, there: () => box.current !== null };
    api.select(card);
    api.targeted();
  }

  const place = useMemo<DropPlace>(
    () => ({
      takes: (carried) => carried.kind === "value" && carried.owner === api,
      words: () => text.designer.fieldPlace(props.label, titles.get(card) ?? card),
      drop: (carried, at) => {
        if (carried.kind === "value") {
          insert(carried.written, at ? rangeAt(at.x, at.y, box.current) : null);
        }
      },
    }),
    [api, insert, titles, card, props.label],
  );

  const field = (
    // biome-ignore lint/a11y/useSemanticElements: an input cannot hold chips
    <div
      ref={box}
      id={id}
      role="textbox"
      aria-multiline="true"
      aria-label={props.label}
      aria-invalid={props.wrong ? true : undefined}
      aria-describedby={props.describedBy}
      tabIndex={0}
      contentEditable="plaintext-only"
      suppressContentEditableWarning
      spellCheck={false}
      dir={props.mono ? "ltr" : "auto"}
      data-placeholder={props.placeholder}
      className={`${classes.token} ${props.mono ? classes.mono : ""} ${props.wrong ? classes.wrong : ""}`}
      onInput={() => onChange(readAs(textIn(box.current), type))}
      onFocus={focus}
      onBlur={() => {
        if (box.current) {
          paint(box.current, shownAs(readAs(textIn(box.current), type), type), titles);
        }
      }}
      onClick={(event) => {
        // a chip takes no caret: behind it one can type on
        const chip =
          event.target instanceof HTMLElement ? event.target.closest<HTMLElement>("[data-written]") : null;
        if (chip && box.current) {
          caretBehind(box.current, chip);
        }
      }}
      onKeyDown={leave}
    />
  );
  return (
    <>
      {field}
      <Dropping on={box} place={place} />
    </>
  );
}

/** Escape goes back to the card. */
function leave(event: KeyboardEvent<HTMLElement>) {
  if (event.key === "Escape") {
    event.stopPropagation();
    event.currentTarget.closest<HTMLElement>("[data-card]")?.focus();
  }
}

/** The text of what stands in the field, chips as they are written. */
function textIn(element: HTMLElement | null): string {
  let said = "";
  for (const node of element?.childNodes ?? []) {
    if (node instanceof HTMLElement) {
      said += node.dataset.written ?? (node.tagName === "BR" ? "\n" : (node.textContent ?? ""));
    } else {
      said += node.textContent ?? "";
    }
  }
  return said === "\n" ? "" : said;
}

function paint(element: HTMLElement, value: string, titles: ReadonlyMap<string, string>): void {
  const nodes = piecesOf(value).map((piece) =>
    piece.kind === "text" ? document.createTextNode(piece.text) : chipFor(piece.text, titles),
  );
  element.replaceChildren(...nodes);
}

/** How many characters at their end two texts have in common. */
function sameAtEnd(one: string, other: string): number {
  let same = 0;
  while (same < Math.min(one.length, other.length) && one.at(-1 - same) === other.at(-1 - same)) {
    same++;
  }
  return same;
}

/** Put the caret behind so many characters of a field's text; within a chip there is no place, so behind it. */
function caretAt(element: HTMLElement, offset: number): void {
  const selection = document.getSelection();
  let left = offset;
  for (const node of element.childNodes) {
    const length =
      node instanceof HTMLElement ? (node.dataset.written ?? "").length : (node.nodeValue ?? "").length;
    if (left <= length) {
      if (node instanceof HTMLElement) {
        selection?.collapse(element, [...element.childNodes].indexOf(node) + (left > 0 ? 1 : 0));
      } else {
        selection?.collapse(node, left);
      }
      return;
    }
    left -= length;
  }
  selection?.selectAllChildren(element);
  selection?.collapseToEnd();
}

function chipFor(written: string, titles: ReadonlyMap<string, string>): HTMLElement {
  const chip = document.createElement("span");
  chip.contentEditable = "false";
  chip.dir = "ltr"; // the way to a value; the names in it may go the other way
  chip.dataset.written = written;
  const [piece] = piecesOf(written);
  const reference = piece?.kind === "reference" ? piece.reference : null;
  const title = reference ? titles.get(reference.root) : undefined;
  chip.className = title === undefined ? `${classes.chip} ${classes.lost}` : (classes.chip ?? "");
  const as = reference?.as ? ` ${text.flow.as} ${reference.as}` : "";
  chip.textContent = reference ? nameOf(reference, titles) + as : written;
  chip.title = written;
  return chip;
}

function rangeIn(element: HTMLElement): Range | null {
  const selection = document.getSelection();
  const range = selection && selection.rangeCount > 0 ? selection.getRangeAt(0) : null;
  return range && element.contains(range.commonAncestorContainer) ? range : null;
}

function rangeAt(x: number, y: number, element: HTMLElement | null): Range | null {
  const range = document.caretRangeFromPoint?.(x, y) ?? null;
  const inChip = range?.startContainer.parentElement?.closest("[data-written]");
  return range && !inChip && element?.contains(range.startContainer) ? range : null;
}

/** Put the focus into a field, behind all that stands in it. */
export function caretAtEnd(element: HTMLElement): void {
  element.focus();
  const selection = document.getSelection();
  selection?.selectAllChildren(element);
  selection?.collapseToEnd();
}

function caretBehind(element: HTMLElement, chip: HTMLElement): void {
  element.focus();
  const range = document.createRange();
  range.setStartAfter(chip);
  range.collapse(true);
  const selection = document.getSelection();
  selection?.removeAllRanges();
  selection?.addRange(range);
}
