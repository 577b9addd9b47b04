/** Why a value is not in scope at a card, for people who hold it over one of its fields. */
import type { Flow } from "../../flow/document";
import { EVENT, type Place } from "../../flow/layout";
import { text } from "../../text";
import { cardsSeen, scopeAt } from "./scope";
import type { Specs } from "./signature";
import { find } from "./tree";

export interface Unseen {
  /**
   * It is of the card itself, or of one around it; it comes later; it is inside a frame, or in another branch of one
   * that is around both; there is no such thing here.
   */
  kind: "itself" | "later" | "inside" | "branch" | "elsewhere";
  /** The frame that it is in, or else the card that cannot see it. */
  of: string;
}

const EVERYWHERE = new Set(["event", "run", "flow"]);

/** Why what ``root`` gives cannot be used at a card, or in what one of its lanes hands on; null if it can. */
export function unseenFrom(
  flow: Flow,
  specs: Specs,
  card: string,
  lane: number | null,
  root: string,
): Unseen | null {
  if (EVERYWHERE.has(root) && card !== EVENT) {
    return null;
  }
  if (find(flow, root) === null) {
    // rounds and errors: they have no card of their name
    const there = scopeAt(flow, card, specs, text.designer.roots).some((group) => group.root === root);
    return there ? null : { kind: "elsewhere", of: card };
  }
  if (cardsSeen(flow, card, lane).some((one) => one.id === root)) {
    return null;
  }
  const mine = placesAround(flow, card);
  if (root === card || mine.some(({ parent }) => parent === root)) {
    return { kind: "itself", of: card };
  }
  const hidden = placesAround(flow, root).find(
    (place) => !mine.some((other) => other.parent === place.parent && other.lane === place.lane),
  );
  if (!hidden?.parent) {
    return { kind: "later", of: card };
  }
  const shared = mine.some(({ parent }) => parent === hidden.parent);
  return { kind: shared ? "branch" : "inside", of: hidden.parent };
}

/** The frames around a card, and in which part of each it stands, from the outermost on. */
function placesAround(flow: Flow, id: string): Place[] {
  const place = find(flow, id)?.place;
  return place?.parent ? [...placesAround(flow, place.parent), place] : [];
}
