/** Cards that are chosen together: neighbours in one list, from the one that was chosen first to the last one. */
import type { Flow } from "../../flow/document";
import { cardsAt, find } from "./tree";

/**
 * The chosen cards, in the order in which they stand.
 *
 * @param anchor - the card that was chosen first; null if only one is chosen.
 * @param selected - the one that has the focus; it is chosen alone where the first one stands in another list.
 */
export function chosenIn(flow: Flow, anchor: string | null, selected: string | null): readonly string[] {
  const last = selected === null ? null : find(flow, selected);
  if (!last) {
    return [];
  }
  const first = anchor === null ? null : find(flow, anchor);
  const together = first?.place.parent === last.place.parent && first?.place.lane === last.place.lane;
  if (!first || !together) {
    return [last.card.id];
  }
  const from = Math.min(first.index, last.index);
  const to = Math.max(first.index, last.index);
  return cardsAt(flow, last.place)
    .slice(from, to + 1)
    .map((card) => card.id);
}

/** The neighbour of a card in its list; null at the end of it. */
export function besides(flow: Flow, id: string | null, by: -1 | 1): string | null {
  const found = id === null ? null : find(flow, id);
  return (found && cardsAt(flow, found.place)[found.index + by]?.id) ?? null;
}
