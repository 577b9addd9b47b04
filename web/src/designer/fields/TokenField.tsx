import { type ClipboardEvent, type KeyboardEvent, useCallback, useId, useLayoutEffect, useRef } from "react";
import { Dropping } from "../../dragging/Dropping";
import type { Json } from "../../flow/document";
import { type Titles, useDesigner, useTitles } from "../context";
import { readAs, shownAs, stands } from "../logic/literals";
import { useDescribed } from "./described";
import classes from "./fields.module.css";
import {
  caretBehind,
  chipAtCaret,
  choose,
  paint,
  readOut,
  type Span,
  sameAtEnd,
  spanAt,
  spanIn,
  textIn,
} from "./tokens";
import { useValuePlace } from "./useValuePlace";

/** The kind of a text with references on the clipboard, beside plain text. */
const WRITTEN = "application/x-keyturn-text";

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
  const described = useDescribed();
  const changed = useRef(onChange);
  changed.current = onChange;
  const painted = useRef<Titles | null>(null);
  const left = useRef<Span | null>(null); // where one was when the focus went elsewhere

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
        const at = now.length - sameAtEnd(before, now);
        choose(element, { start: at, end: at });
      }
    }
  }, [value, type, titles]);

  /** Put a text there, or instead of what is chosen, and the caret behind it. */
  const insert = useCallback(
    (written: string, there?: Span | null) => {
      const element = box.current;
      if (!element) {
        return;
      }
      const before = textIn(element);
      const span = there ?? (document.activeElement === element ? spanIn(element) : left.current);
      const { start, end } = span ?? { start: before.length, end: before.length };
      const now = before.slice(0, start) + written + before.slice(end);
      element.focus();
      paint(element, now, titles);
      const at = start + written.length;
      choose(element, { start: at, end: at });
      changed.current(readAs(now, type));
    },
    [titles, type],
  );

  function focus() {
    api.target.current = {
      card,
      lane,
      insert,
      there: () => box.current !== null,
      focus: () => box.current?.focus(),
    };
    api.select(card);
    api.targeted();
  }

  function blur() {
    const element = box.current;
    // a window that is left keeps its field: what is typed when it is found again goes where the caret was
    if (element && document.activeElement !== element) {
      left.current = spanIn(element);
      paint(element, shownAs(readAs(textIn(element), type), type), titles);
    }
  }

  const place = useValuePlace({
    label: props.label,
    card,
    lane,
    use: (written, at) => insert(written, at && box.current ? spanAt(box.current, at.x, at.y) : null),
  });

  const field = (
    // biome-ignore lint/a11y/useSemanticElements: an input cannot hold chips
    <div
      ref={box}
      id={id}
      role="textbox"
      aria-multiline="true"
      aria-label={props.label}
      aria-invalid={props.wrong ? true : undefined}
      aria-describedby={described}
      tabIndex={0}
      contentEditable="plaintext-only"
      suppressContentEditableWarning
      spellCheck={false}
      dir={props.mono ? "ltr" : "auto"}
      data-placeholder={props.placeholder}
      className={`${classes.token} ${props.mono ? classes.mono : ""} ${props.wrong ? classes.wrong : ""}`}
      onInput={() => onChange(readAs(textIn(box.current), type))}
      onFocus={focus}
      onBlur={blur}
      onCopy={(event) => copy(event, titles)}
      onCut={(event) => {
        if (copy(event, titles)) {
          insert("");
        }
      }}
      onPaste={(event) => {
        event.preventDefault();
        const said = pasted(event.clipboardData);
        if (said !== "") {
          insert(said);
        }
      }}
      onClick={(event) => {
        // a chip takes no caret: behind it one can type on. Beside one that wraps the browser may put it inside too
        const on =
          event.target instanceof HTMLElement ? event.target.closest<HTMLElement>("[data-written]") : null;
        const chip = on ?? chipAtCaret(event.currentTarget);
        if (chip) {
          caretBehind(chip);
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

/** Put what is chosen on the clipboard: here its references stay such, elsewhere it is read as in the field. */
function copy(event: ClipboardEvent<HTMLElement>, titles: Titles): boolean {
  const element = event.currentTarget;
  const span = spanIn(element);
  if (span === null || span.start === span.end) {
    return false;
  }
  event.preventDefault();
  const said = textIn(element).slice(span.start, span.end);
  event.clipboardData.setData("text/plain", readOut(said, titles));
  event.clipboardData.setData(WRITTEN, said);
  return true;
}

function pasted(from: DataTransfer): string {
  return from.getData(WRITTEN) || from.getData("text/plain").replaceAll("\r\n", "\n");
}

/** Put the focus into a field, behind all that stands in it. */
export function caretAtEnd(element: HTMLElement): void {
  element.focus();
  const end = textIn(element).length;
  choose(element, { start: end, end });
}
