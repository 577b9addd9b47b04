import { type RefObject, useEffect } from "react";
import { LEAD_MS } from "../app/navigation";
import { type Direction, EVENT, type Layout, neighbour } from "../flow/layout";
import type { BottomTab } from "./Bottom";
import type { Spot } from "./logic/tree";

export interface Commands {
  add(): void;
  move(by: -1 | 1): void;
  /** Choose the neighbour too, or the last one no more. */
  reach(by: -1 | 1): void;
  remove(): void;
  copy(): string | null;
  cut(): string | null;
  duplicate(): void;
  /** Put cards there, or else behind what is chosen. */
  paste(text: string, at?: Spot | null): void;
  undo(): void;
  redo(): void;
  findValue(): void;
  /** Go into what stands below the cards. */
  enterBelow(tab: BottomTab): void;
  /** Go from there back to where one was. */
  leaveBelow(): void;
  fold(id: string): void;
  select(id: string): void;
}

const arrows: Record<string, Direction> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
  Home: "first",
  End: "last",
};

/** Letters that lead into what stands below the cards, and from there back. */
const below: Record<string, BottomTab> = { p: "problems", t: "test", v: "versions" };

/** In a list the cards before and after stand above and below. */
const inList: Record<string, Direction> = { ...arrows, ArrowUp: "left", ArrowDown: "right" };

/** Whether keys belong to what somebody types in. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName))
  );
}

/** Whether what is typed there is not the flow's: text as YAML, values to try with, searches, dialogues. */
function undoesItself(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && target.closest(".cm-editor, [data-own-undo], [role=dialog]") !== null
  );
}

/** The keyboard of the designer: along the cards while a card has the focus, undo and the like everywhere. */
export function useKeyboard(
  root: RefObject<HTMLElement | null>,
  layout: Layout,
  commands: Commands,
  list: boolean,
  active: boolean,
): void {
  useEffect(() => {
    if (!active) {
      return;
    }
    // "g" and a letter lead to another page
    let led = Number.NEGATIVE_INFINITY;
    function go(id: string, direction: Direction) {
      const next = neighbour(layout, id, direction);
      commands.select(next);
      focusCard(root.current, next);
    }
    function onCard(event: KeyboardEvent, id: string): boolean {
      const direction = (list ? inList : arrows)[event.key];
      const back = event.key === "ArrowLeft" || (list && event.key === "ArrowUp");
      const on = event.key === "ArrowRight" || (list && event.key === "ArrowDown");
      if (event.altKey && (back || on)) {
        commands.move(back ? -1 : 1);
      } else if (event.shiftKey && (back || on)) {
        commands.reach(back ? -1 : 1);
      } else if (direction && !event.altKey && !event.ctrlKey && !event.metaKey) {
        go(id, direction);
      } else if (event.key === "Delete" || event.key === "Backspace") {
        commands.remove();
      } else if (event.key === "Enter") {
        (event.target as HTMLElement).querySelector<HTMLElement>("[role=textbox], select, input")?.focus();
      } else if (event.key === "Escape") {
        commands.select(id);
      } else if (event.key === " " && id !== EVENT) {
        commands.fold(id);
      } else {
        return false;
      }
      return true;
    }
    /** A letter, or Escape there, from the cards into what stands below them and back. */
    function onBelow(event: KeyboardEvent): boolean {
      const inside =
        event.target instanceof HTMLElement ? event.target.closest<HTMLElement>("[data-below]") : null;
      const tab = event.altKey || event.timeStamp - led < LEAD_MS ? undefined : below[event.key];
      if (inside !== null && (event.key === "Escape" || tab === inside.dataset.below)) {
        commands.leaveBelow();
      } else if (tab !== undefined && (inside !== null || root.current?.contains(event.target as Node))) {
        commands.enterBelow(tab);
      } else {
        return false;
      }
      return true;
    }
    function pressed(event: KeyboardEvent) {
      const command = event.ctrlKey || event.metaKey;
      const key = event.key.toLowerCase();
      const typing = isTyping(event.target);
      if (command && key === ".") {
        event.preventDefault();
        commands.findValue();
        return;
      }
      if (command && (key === "z" || key === "y") && !undoesItself(event.target)) {
        event.preventDefault();
        if (key === "y" || event.shiftKey) {
          commands.redo();
        } else {
          commands.undo();
        }
        return;
      }
      const card = event.target instanceof HTMLElement ? event.target.dataset.card : undefined;
      if (command && key === "d" && card !== undefined) {
        event.preventDefault();
        commands.duplicate();
        return;
      }
      if (event.key === "Escape" && card === undefined && goesBack(event.target)) {
        event.preventDefault();
        return;
      }
      if (!command && (!typing || event.key === "Escape") && !event.defaultPrevented && onBelow(event)) {
        event.preventDefault();
        return;
      }
      led = event.key === "g" && !typing ? event.timeStamp : Number.NEGATIVE_INFINITY;
      if (typing || command) {
        return;
      }
      if (event.key === "/") {
        event.preventDefault();
        commands.add();
        return;
      }
      if (card !== undefined && onCard(event, card)) {
        event.preventDefault();
      }
    }
    function clip(event: ClipboardEvent, take: () => string | null) {
      if (isTyping(event.target) || document.getSelection()?.isCollapsed === false) {
        return;
      }
      const said = take();
      if (said !== null) {
        event.preventDefault();
        event.clipboardData?.setData("text/plain", said);
      }
    }
    const copy = (event: ClipboardEvent) => clip(event, commands.copy);
    const cut = (event: ClipboardEvent) => clip(event, commands.cut);
    function paste(event: ClipboardEvent) {
      if (!isTyping(event.target)) {
        event.preventDefault();
        commands.paste(event.clipboardData?.getData("text/plain") ?? "", spotIn(document.activeElement));
      }
    }
    document.addEventListener("keydown", pressed);
    document.addEventListener("copy", copy);
    document.addEventListener("cut", cut);
    document.addEventListener("paste", paste);
    return () => {
      document.removeEventListener("keydown", pressed);
      document.removeEventListener("copy", copy);
      document.removeEventListener("cut", cut);
      document.removeEventListener("paste", paste);
    };
  }, [root, layout, commands, list, active]);
}

/** Go from a field or button of a card to the card; not from a handle, by which the card may be under way. */
function goesBack(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement) || target.dataset.handle !== undefined) {
    return false;
  }
  const card = target.closest<HTMLElement>("[data-card]");
  card?.focus();
  return card !== null;
}

/** The place between cards, or in an empty lane, that has the focus (`Wire`). */
function spotIn(focused: Element | null): Spot | null {
  const wire = focused instanceof HTMLElement ? focused.dataset.wire : undefined;
  return wire === undefined ? null : (JSON.parse(wire) as Spot);
}

/** The element of a card; those of flows that are open within this one may have the same id. */
export function cardIn(root: HTMLElement | null, id: string): HTMLElement | undefined {
  const here = root?.closest("[data-design]");
  const found = root?.querySelectorAll<HTMLElement>(`[data-card="${CSS.escape(id)}"]`) ?? [];
  return [...found].find((card) => card.closest("[data-design]") === here);
}

/** Put the focus on a card and bring it into view. */
export function focusCard(root: HTMLElement | null, id: string): void {
  requestAnimationFrame(() => {
    const card = cardIn(root, id);
    card?.focus({ preventScroll: true });
    card?.scrollIntoView({ block: "nearest", inline: "nearest" });
  });
}

/** Put the focus into a field of a card, or, where it has none of that name, into the first one that is wrong. */
export function focusField(root: HTMLElement | null, id: string, field: string): void {
  const card = cardIn(root, id);
  const place = card?.querySelector<HTMLElement>(`[data-field="${CSS.escape(field)}"]`);
  const into = "[role=textbox], [role=combobox], input, select, textarea, button";
  (
    place?.querySelector<HTMLElement>(into) ?? card?.querySelector<HTMLElement>('[aria-invalid="true"]')
  )?.focus();
}
