/** Which card can be referred to from where, and what a move would break. */
import { type Card, type Flow, type Json, walk } from "../../flow/document";
import { ABOUT } from "../../flow/layout";
import { referencesIn } from "./references";
import { roundOf, type Specs } from "./signature";

export interface Broken {
  /** The card whose input refers; ABOUT for whom the flow is about. */
  card: string;
  /** The card, or the round or error, that it cannot refer to from where it stands. */
  to: string;
  /** Where it would see another round or error by that name: the card that gave it, and the one that would. */
  was?: string;
  now?: string;
}

/** A reference, and the card that gives what it leads to: null where it leads to nothing. */
interface Use {
  card: string;
  to: string;
  from: string | null;
}

/** What can be seen, and which card gives it. */
type Seen = ReadonlyMap<string, string>;

/** What there is within a loop only, and what there is where an error was caught. */
const ERROR = "error";
const placed = new Set(["item", "index", "record", "memo", ERROR]);

function seeing(seen: Seen, names: readonly string[], from: string): Seen {
  return new Map([...seen, ...names.map((name): [string, string] => [name, from])]);
}

/** All references to cards of the flow, or to those that are known otherwise, and to rounds and errors. */
function usesIn(flow: Flow, specs: Specs, known: ReadonlySet<string>): Use[] {
  const ids = new Set([...known, ...[...walk(flow.cards)].map((card) => card.id)]);
  const uses: Use[] = [];

  function look(card: string, value: Json | undefined, seen: Seen): void {
    for (const { root } of referencesIn(value)) {
      const from = seen.get(root) ?? null;
      const said = uses.some((one) => one.card === card && one.to === root && one.from === from);
      if ((ids.has(root) || placed.has(root)) && !said) {
        uses.push({ card, to: root, from });
      }
    }
  }

  function go(cards: readonly Card[] | undefined, before: Seen): Seen {
    let seen = before;
    for (const card of cards ?? []) {
      const rounds = seeing(seen, roundOf(card, specs.get(card.card)), card.id);
      const failed = seeing(seen, [ERROR], card.id);
      look(card.id, card.inputs, seen);
      look(card.id, card.call?.with, rounds);
      look(card.id, [card.on_error?.values ?? {}, card.on_error?.call?.with ?? {}], failed);
      for (const branch of card.branches ?? []) {
        look(card.id, branch.when ?? undefined, seen);
        const after = go(branch.cards, branch.catch ? failed : seen);
        look(card.id, branch.set as Json | undefined, after);
      }
      go(card.do, rounds);
      seen = seeing(seen, [card.id], card.id);
    }
    return seen;
  }

  look(ABOUT, flow.about ?? undefined, go(flow.cards, new Map()));
  return uses;
}

/** References to cards of the flow that stand later, inside a frame that this one is not in, or are gone. */
export function brokenIn(flow: Flow, specs: Specs, known: ReadonlySet<string> = new Set()): Broken[] {
  return usesIn(flow, specs, known)
    .filter((one) => one.from === null)
    .map(({ card, to }) => ({ card, to }));
}

/** What is broken after a change that was not before it: it leads to nothing, or to another round or error. */
export function newlyBroken(before: Flow, after: Flow, specs: Specs): Broken[] {
  const ids = new Set([...walk(before.cards)].map((card) => card.id));
  const were = new Map<string, (string | null)[]>();
  for (const { card, to, from } of usesIn(before, specs, new Set())) {
    const key = `${card} ${to}`;
    were.set(key, [...(were.get(key) ?? []), from]);
  }
  return usesIn(after, specs, ids).flatMap(({ card, to, from }): Broken[] => {
    const was = were.get(`${card} ${to}`) ?? [];
    if (was.includes(from)) {
      return [];
    }
    if (from === null) {
      return [{ card, to }];
    }
    // what led to nothing may lead to something now
    const [other] = was.filter((one) => one !== null && one !== card);
    return other ? [{ card, to, was: other, now: from }] : [];
  });
}

/** What there is everywhere. */
const given = new Set(["event", "run", "flow"]);

/** References of these cards that lead to nothing where the cards stand now. */
export function lostIn(flow: Flow, ids: readonly string[], specs: Specs): Broken[] {
  const mine = new Set(ids);
  const used = new Set<string>();
  for (const { branches, do: _, ...own } of walk(flow.cards)) {
    if (mine.has(own.id)) {
      const lanes = (branches ?? []).map(({ cards: _cards, ...lane }) => lane);
      for (const { root } of referencesIn([own, lanes] as unknown as Json)) {
        if (!given.has(root)) {
          used.add(root);
        }
      }
    }
  }
  return brokenIn(flow, specs, used).filter((one) => mine.has(one.card));
}

/** Ids of the cards that a card can refer to, in document order. */
export function visibleFrom(flow: Flow, id: string): Card[] {
  function within(cards: readonly Card[] | undefined, before: Card[]): Card[] | null {
    const visible = [...before];
    for (const card of cards ?? []) {
      if (card.id === id) {
        return visible;
      }
      for (const list of [...(card.branches ?? []).map((branch) => branch.cards), card.do]) {
        const found = within(list, visible);
        if (found) {
          return found;
        }
      }
      visible.push(card);
    }
    return null;
  }
  return within(flow.cards, []) ?? [];
}
