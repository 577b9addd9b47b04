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
