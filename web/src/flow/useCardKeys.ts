import { type KeyboardEvent, useCallback } from "react";
import { type Direction, type Layout, neighbour } from "./layout";

const directions: Record<string, Direction> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
  Home: "first",
  End: "last",
};

/** The id of a card's element, by the card's id. */
export function elementId(card: string): string {
  return `card-${card}`;
}

/** Put the focus on a card and bring it into view. */
export function focusCard(card: string): void {
  const element = document.getElementById(elementId(card));
  element?.focus({ preventScroll: true });
  element?.scrollIntoView({ block: "nearest", inline: "center" });
}

/** Bring a card to the middle of its row, and leave what stands above the row where it is. */
export function bringSideways(card: string): void {
  const element = document.getElementById(elementId(card));
  let row = element?.parentElement ?? null;
  while (row !== null && getComputedStyle(row).overflowX !== "auto") {
    row = row.parentElement;
  }
  if (element && row) {
    const at = element.getBoundingClientRect();
    const within = row.getBoundingClientRect();
    row.scrollLeft += at.left + at.width / 2 - (within.left + within.width / 2);
  }
}

/** Arrows lead from card to card, as long as the focus is on a card itself and not on something in it. */
export function useCardKeys(layout: Layout, onSelect: (card: string) => void) {
  return useCallback(
    (event: KeyboardEvent<HTMLElement>) => {
      const direction = directions[event.key];
      const here = event.target instanceof HTMLElement ? event.target.id : "";
      if (
        direction === undefined ||
        !here.startsWith("card-") ||
        event.ctrlKey ||
        event.altKey ||
        event.metaKey
      ) {
        return;
      }
      event.preventDefault();
      const there = neighbour(layout, here.slice("card-".length), direction);
      onSelect(there);
      focusCard(there);
    },
    [layout, onSelect],
  );
}
