/** What differs between two states of a flow, as people see it on the screen: by cards, fields and values. Pure. */
import { type Card, type Flow, walk } from "../../flow/document";
import type { Place } from "../../flow/layout";
import { text } from "../../text";
import { laneWord } from "./lanes";
import { type Known, type Leaves, leavesOfBranch, leavesOfCard, leavesOfEvent, leavesOfFlow } from "./leaves";
import { cut, narrowed, type Shown, shown } from "./shown";
import { numbered, titleOf, titlePairs } from "./titles";

const words = text.designer.difference;
const CALLED = "call";
/** Characters of a value by which a card is told apart. */
const SHORT = 40;

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
  /** What each card is called; of those of one title that call flows, which flow. */
  named: ReadonlyMap<string, string>;
  /** What tells cards of one title apart, beside their numbers, which change with their order. */
  apart: ReadonlyMap<string, string>;
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
  const titles = new Map(titlePairs(flow, known.specs));
  const apart = tellingApart(cards, known, titles);
  const nameOf = (card: Card, place: number) => {
    const flow = card.call ? apart.get(card.id) : undefined;
    return bracketed(numbered(place + 1, titleOf(card, known.specs)), flow);
  };
  return {
    ...{ flow, titles, apart },
    cards: new Map(cards.map((card) => [card.id, card])),
    named: new Map(cards.map((card, place) => [card.id, nameOf(card, place)])),
  };
}

function bracketed(name: string, what: string | undefined): string {
  return what === undefined ? name : `${name} (${what})`;
}

/** Of cards that have one title: the flow that each calls, or its first field that the others do not have so. */
function tellingApart(
  cards: readonly Card[],
  known: Known,
  titles: ReadonlyMap<string, string>,
): Map<string, string> {
  const alike = new Map<string, Card[]>();
  for (const card of cards) {
    const title = titleOf(card, known.specs);
    alike.set(title, [...(alike.get(title) ?? []), card]);
  }
  const found = new Map<string, string>();
  for (const group of [...alike.values()].filter((one) => one.length > 1)) {
    const leaves = group.map((card) => leavesOfCard(card, known));
    for (const [at, card] of group.entries()) {
      const mine = leaves[at] ?? new Map();
      const others = leaves.filter((one) => one !== mine);
      const own = [...mine].filter(([key, { said }]) => others.every((one) => one.get(key)?.said !== said));
      const [, leaf] = own.find(([key]) => key === CALLED) ?? own[0] ?? [];
      if (leaf) {
        const said = shown(cut(leaf.said, SHORT), titles);
        const value = said.map((piece) => piece.said).join("");
        found.set(card.id, card.call && leaf === mine.get(CALLED) ? value : `${leaf.name}: ${value}`);
      }
    }
  }
  return found;
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

/** What a card is called where its number has changed, too: with what tells it apart, wherever it must be told apart. */
function toldApart(id: string, of: State, other: State): string {
  const name = of.named.get(id) ?? id;
  const what = of.apart.get(id) ?? other.apart.get(id);
  return what !== undefined && !name.endsWith(`(${what})`) ? bracketed(name, what) : name;
}

/** Cards that stand in another lane than before, and lanes whose cards stand in another order. */
function* moved(old: State, now: State): Generator<Change> {
  const [was, is] = [placesIn(old.flow), placesIn(now.flow)];
  const kept = [...is.keys()].filter((id) => was.has(id));
  const same = (id: string) => keyOf(was.get(id)) === keyOf(is.get(id));
  for (const id of kept) {
    if (!same(id)) {
      yield event(toldApart(id, now, old), words.moved(placeIn(old, was.get(id)), placeIn(now, is.get(id))));
    }
  }
  for (const key of new Set(kept.map((id) => keyOf(is.get(id))))) {
    const stayed = (id: string) => same(id) && keyOf(is.get(id)) === key;
    const [before, after] = [[...was.keys()].filter((id) => is.has(id) && stayed(id)), kept.filter(stayed)];
    const [first] = after;
    if (first !== undefined && before.join(" ") !== after.join(" ")) {
      const names = (ids: string[], state: State, other: State): Shown => [
        { chip: false, said: ids.map((id) => toldApart(id, state, other)).join(", ") },
      ];
      yield {
        where: placeIn(now, is.get(first)),
        what: words.order,
        values: { before: names(before, old, now), after: names(after, now, old) },
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
