/** The tree of cards: finding, changing, inserting, taking out. Nothing is changed in place. */
import { type Branch, type Card, type Flow, walk } from "../../flow/document";
import type { Place } from "../../flow/layout";

export const ROOT: Place = { parent: null, lane: null };

export interface Found {
  card: Card;
  place: Place;
  index: number;
}

/** A card and where it stands. */
export function find(flow: Flow, id: string): Found | null {
  function within(cards: readonly Card[], place: Place): Found | null {
    for (const [index, card] of cards.entries()) {
      const found = card.id === id ? { card, place, index } : inside(card);
      if (found) {
        return found;
      }
    }
    return null;
  }
  function inside(card: Card): Found | null {
    for (const [lane, branch] of (card.branches ?? []).entries()) {
      const found = within(branch.cards ?? [], { parent: card.id, lane });
      if (found) {
        return found;
      }
    }
    return within(card.do ?? [], { parent: card.id, lane: "do" });
  }
  return within(flow.cards ?? [], ROOT);
}

/** The cards of a list. */
export function cardsAt(flow: Flow, place: Place): readonly Card[] {
  if (place.parent === null) {
    return flow.cards ?? [];
  }
  const card = find(flow, place.parent)?.card;
  return (place.lane === "do" ? card?.do : card?.branches?.[Number(place.lane)]?.cards) ?? [];
}

function mapCards(cards: readonly Card[], change: (card: Card) => Card): Card[] {
  let same = true;
  const made = cards.map((card) => {
    const next = change(card);
    same &&= next === card;
    return next;
  });
  return same ? (cards as Card[]) : made;
}

/** The flow with one card changed; all that is not on the way to it stays the same object. */
export function change(flow: Flow, id: string, by: (card: Card) => Card): Flow {
  function visit(card: Card): Card {
    if (card.id === id) {
      return by(card);
    }
    const branches = card.branches?.map((branch): Branch => {
      const cards = mapCards(branch.cards ?? [], visit);
      return cards === branch.cards || (cards.length === 0 && !branch.cards) ? branch : { ...branch, cards };
    });
    const body = card.do && mapCards(card.do, visit);
    const sameBranches = branches?.every((branch, lane) => branch === card.branches?.[lane]) ?? true;
    if (sameBranches && body === card.do) {
      return card;
    }
    return { ...card, ...(branches ? { branches } : {}), ...(body ? { do: body } : {}) };
  }
  const cards = mapCards(flow.cards ?? [], visit);
  return cards === flow.cards ? flow : { ...flow, cards };
}

function changeList(flow: Flow, place: Place, by: (cards: Card[]) => Card[]): Flow {
  if (place.parent === null) {
    return { ...flow, cards: by([...(flow.cards ?? [])]) };
  }
  return change(flow, place.parent, (card) => {
    if (place.lane === "do") {
      return { ...card, do: by([...(card.do ?? [])]) };
    }
    const branches = (card.branches ?? []).map((branch, lane) =>
      lane === place.lane ? { ...branch, cards: by([...(branch.cards ?? [])]) } : branch,
    );
    return { ...card, branches };
  });
}

/** The flow with cards put into a list, before the one at ``index``. */
export function insert(flow: Flow, place: Place, index: number, cards: readonly Card[]): Flow {
  return changeList(flow, place, (list) => list.toSpliced(index, 0, ...cards));
}

/** The flow without some cards. */
export function remove(flow: Flow, ids: readonly string[]): Flow {
  return ids.reduce((left, id) => {
    const found = find(left, id);
    return found ? changeList(left, found.place, (list) => list.toSpliced(found.index, 1)) : left;
  }, flow);
}

/** The flow with cards put elsewhere, one behind the other; the index counts as the list is before the move. */
export function move(flow: Flow, ids: readonly string[], place: Place, index: number): Flow {
  const cards = cardsOf(flow, ids);
  if (cards.length === 0 || !fits(flow, ids, place)) {
    return flow;
  }
  const leaving = cardsAt(flow, place)
    .slice(0, index)
    .filter((card) => ids.includes(card.id)).length;
  return insert(remove(flow, ids), place, index - leaving, cards);
}

/** Those of these cards that there are. */
export function cardsOf(flow: Flow, ids: readonly string[]): Card[] {
  return ids.flatMap((id) => find(flow, id)?.card ?? []);
}

/** Whether cards can be put there: never into one of themselves. */
export function fits(flow: Flow, ids: readonly string[], place: Place): boolean {
  const cards = cardsOf(flow, ids);
  return (
    cards.length > 0 && (place.parent === null || ![...walk(cards)].some((one) => one.id === place.parent))
  );
}

/** Whether one of these cards stands there already: before or behind that place. */
export function standsAt(flow: Flow, ids: readonly string[], place: Place, index: number): boolean {
  const cards = cardsAt(flow, place);
  return [cards[index], cards[index - 1]].some((card) => card !== undefined && ids.includes(card.id));
}

export interface Spot {
  place: Place;
  index: number;
}

/** The lists of cards inside a card. */
function listsIn(card: Card | undefined): Place[] {
  const lanes = (card?.branches ?? []).map((_, lane): Place => ({ parent: card?.id ?? "", lane }));
  return card?.do ? [...lanes, { parent: card.id, lane: "do" }] : lanes;
}

/**
 * Where neighbours go by keyboard, the nearest place first: into the frame beside them, else along their list; at the
 * end of a list into the next one of its frame, then out of it. Frames that are folded are passed by.
 */
export function stepsFrom(
  flow: Flow,
  ids: readonly string[],
  by: -1 | 1,
  folded: ReadonlySet<string> = new Set(),
): Spot[] {
  const found = find(flow, (by > 0 ? ids.at(-1) : ids[0]) ?? "");
  if (!found) {
    return [];
  }
  const entering = (places: Place[]) =>
    (by > 0 ? places : places.toReversed()).map((place) => ({
      place,
      index: by > 0 ? 0 : cardsAt(flow, place).length,
    }));
  const { place, index } = found;
  const list = cardsAt(flow, place);
  const beside = list[index + by];
  if (beside) {
    const inside = folded.has(beside.id) ? [] : entering(listsIn(beside));
    return [...inside, { place, index: by > 0 ? index + 2 : index - 1 }];
  }
  const outer = place.parent === null ? null : find(flow, place.parent);
  if (!outer) {
    return [];
  }
  const all = listsIn(outer.card);
  const at = all.findIndex((one) => one.lane === place.lane);
  const others = by > 0 ? all.slice(at + 1) : all.slice(0, at);
  return [...entering(others), { place: outer.place, index: by > 0 ? outer.index + 1 : outer.index }];
}

/** An id that no card has: the wanted one, or with a number behind it. */
export function freshId(taken: ReadonlySet<string>, wanted: string): string {
  const base = slug(wanted, "_") || "card";
  const safe = /^[a-z]/.test(base) && !reserved.has(base) ? base : `card_${base}`;
  let id = safe.slice(0, 60);
  for (let number = 2; taken.has(id); number += 1) {
    id = `${safe.slice(0, 60)}_${number}`;
  }
  return id;
}

const reserved = new Set(["event", "run", "flow", "item", "index", "record", "memo", "error"]);

/** Words as an id: small letters, digits, and one kind of joint. */
export function slug(words: string, joint: "_" | "-"): string {
  return words
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, joint)
    .replace(joint === "_" ? /^_+|_+$/g : /^-+|-+$/g, "");
}

/** An id for a name; one with a number made of it where the name has no letter that ids may have. */
export function idFor(name: string, kind: string, most: number): string {
  const id = slug(name, "-").slice(0, most);
  if (id !== "" || name.trim() === "") {
    return id;
  }
  let sum = 0;
  for (const letter of name.trim()) {
    sum = (Math.imul(sum, 31) + (letter.codePointAt(0) ?? 0)) >>> 0;
  }
  return `${kind}-${sum.toString(36)}`;
}

export function idsOf(flow: Flow): Set<string> {
  return new Set([...walk(flow.cards)].map((card) => card.id));
}
