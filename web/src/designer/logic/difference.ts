/** What differs between two states of a flow, as people see it on the screen: by cards, fields and values. Pure. */
import { type Card, type Flow, walk } from "../../flow/document";
import type { Place } from "../../flow/layout";
import { text } from "../../text";
import { laneWord } from "./lanes";
import { type Known, type Leaves, leavesOfBranch, leavesOfCard, leavesOfEvent, leavesOfFlow } from "./leaves";
import { cut, narrowed, type Shown, shown } from "./shown";
import { numbered, titleOf, titlePairs } from "./titles";

const words = text.designer.difference;

export interface Change {
  /** Which card, by its number and title; "" for the flow. */
  where: string;
  /** Which of its fields, or what became of it. */
  what: string;
  /** The value that was and the one that is, where that is what changed; null for none. */
  values: { before: Shown | null; after: Shown | null } | null;
}

/** One state of a flow, with what things are called in it. */
interface State {
  flow: Flow;
  cards: ReadonlyMap<string, Card>;
  titles: ReadonlyMap<string, string>;
  /** What each card is called. */
  named: ReadonlyMap<string, string>;
}

/** Every change, in the order of the new state. */
export function differenceOf(old: Flow, now: Flow, known: Known): Change[] {
  const before = stateOf(old, known);
  const after = stateOf(now, known);
  const changes = [
    ...between("", leavesOfFlow(old), leavesOfFlow(now), before, after),
    ...between(
      text.flow.event,
      leavesOfEvent(old.event, known),
      leavesOfEvent(now.event, known),
      before,
      after,
    ),
  ];
  for (const [id, card] of after.cards) {
    const was = before.cards.get(id);
    const where = after.named.get(id) ?? id;
    changes.push(...(was ? ofCard(where, was, card, known, before, after) : [event(where, words.added)]));
  }
  for (const id of before.cards.keys()) {
    if (!after.cards.has(id)) {
      changes.push(event(before.named.get(id) ?? id, words.removed));
    }
  }
  return [...changes, ...moved(before, after)];
}

function stateOf(flow: Flow, known: Known): State {
  const cards = [...walk(flow.cards)];
  return {
    flow,
    cards: new Map(cards.map((card) => [card.id, card])),
    titles: new Map(titlePairs(flow, known.specs)),
    named: new Map(cards.map((card, place) => [card.id, numbered(place + 1, titleOf(card, known.specs))])),
  };
}

function event(where: string, what: string): Change {
  return { where, what, values: null };
}

function* ofCard(
  where: string,
  was: Card,
  card: Card,
  known: Known,
  old: State,
  now: State,
): Generator<Change> {
  yield* between(where, leavesOfCard(was, known), leavesOfCard(card, known), old, now);
  const [before, after] = [was.branches ?? [], card.branches ?? []];
  for (let number = 0; number < Math.max(before.length, after.length); number += 1) {
    const [one, other] = [before[number], after[number]];
    if (one && other) {
      yield* between(where, leavesOfBranch(one, number), leavesOfBranch(other, number), old, now);
    } else if (other) {
      yield event(where, words.laneAdded(laneWord(other, number)));
    } else if (one) {
      yield event(where, words.laneRemoved(laneWord(one, number)));
    }
  }
}

function* between(where: string, before: Leaves, after: Leaves, old: State, now: State): Generator<Change> {
  for (const at of new Set([...before.keys(), ...after.keys()])) {
    const [was, is] = [before.get(at), after.get(at)];
    if (was?.said === is?.said) {
      continue;
    }
    const [one, other] = was && is ? narrowed(was.said, is.said) : [was && cut(was.said), is && cut(is.said)];
    yield {
      where,
      what: (is ?? was)?.name ?? "",
      values: {
        before: one === undefined ? null : shown(one, old.titles),
        after: other === undefined ? null : shown(other, now.titles),
      },
    };
  }
}

/** Cards that stand in another lane than before, and lanes whose cards stand in another order. */
function* moved(old: State, now: State): Generator<Change> {
  const [was, is] = [placesIn(old.flow), placesIn(now.flow)];
  const kept = [...is.keys()].filter((id) => was.has(id));
  const same = (id: string) => keyOf(was.get(id)) === keyOf(is.get(id));
  for (const id of kept) {
    if (!same(id)) {
      yield event(now.named.get(id) ?? id, words.moved(placeIn(old, was.get(id)), placeIn(now, is.get(id))));
    }
  }
  for (const key of new Set(kept.map((id) => keyOf(is.get(id))))) {
    const stayed = (id: string) => same(id) && keyOf(is.get(id)) === key;
    const [before, after] = [[...was.keys()].filter((id) => is.has(id) && stayed(id)), kept.filter(stayed)];
    const [first] = after;
    if (first !== undefined && before.join(" ") !== after.join(" ")) {
      const names = (ids: string[], state: State) => ids.map((id) => state.named.get(id) ?? id).join(", ");
      yield {
        where: placeIn(now, is.get(first)),
        what: words.order,
        values: { before: shown(names(before, old), new Map()), after: shown(names(after, now), new Map()) },
      };
    }
  }
}

/** Where each card stands. */
function placesIn(flow: Flow): ReadonlyMap<string, Place> {
  const found = new Map<string, Place>();
  function look(cards: readonly Card[] | undefined, place: Place) {
    for (const card of cards ?? []) {
      found.set(card.id, place);
      for (const [lane, branch] of (card.branches ?? []).entries()) {
        look(branch.cards, { parent: card.id, lane });
      }
      look(card.do, { parent: card.id, lane: "do" });
    }
  }
  look(flow.cards, { parent: null, lane: null });
  return found;
}

function keyOf(place: Place | undefined): string {
  return `${place?.parent} ${place?.lane}`;
}

/** A place in words: the flow's own row, or a lane of a card. */
function placeIn({ cards, named }: State, place: Place | undefined): string {
  const { parent, lane } = { parent: null, lane: null, ...place };
  if (parent === null) {
    return words.row;
  }
  const branch = typeof lane === "number" ? (cards.get(parent)?.branches?.[lane] ?? null) : null;
  return words.lane(laneWord(branch, typeof lane === "number" ? lane : 0), named.get(parent) ?? parent);
}
