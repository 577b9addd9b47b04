/** Which card can be referred to from where, and what a move would break. */
import { type Card, type Flow, type Json, walk } from "../../flow/document";
import { referencesIn } from "./references";

export interface Broken {
  /** The card whose input refers. */
  card: string;
  /** The card, or the round or error, that it cannot refer to from where it stands. */
  to: string;
}

/** What there is within a loop only, and what there is where an error was caught. */
const ROUND = ["item", "index", "record", "memo"];
const ERROR = "error";
const placed = new Set([...ROUND, ERROR]);

/** References to cards of the flow that stand later, inside a frame that this one is not in, or are gone. */
export function brokenIn(flow: Flow, known: ReadonlySet<string> = new Set()): Broken[] {
  const ids = new Set([...known, ...[...walk(flow.cards)].map((card) => card.id)]);
  const broken: Broken[] = [];

  function look(card: string, value: Json | undefined, visible: ReadonlySet<string>): void {
    for (const reference of referencesIn(value)) {
      const { root } = reference;
      const said = broken.some((one) => one.card === card && one.to === root);
      if ((ids.has(root) || placed.has(root)) && !visible.has(root) && !said) {
        broken.push({ card, to: root });
      }
    }
  }

  function go(cards: readonly Card[] | undefined, before: ReadonlySet<string>): Set<string> {
    const visible = new Set(before);
    for (const card of cards ?? []) {
      const called = card.call ? [...visible, ...ROUND] : visible;
      look(card.id, card.inputs, visible);
      look(card.id, card.call?.with, new Set(called));
      look(
        card.id,
        [card.on_error?.values ?? {}, card.on_error?.call?.with ?? {}],
        new Set([...called, ERROR]),
      );
      for (const branch of card.branches ?? []) {
        look(card.id, branch.when ?? undefined, visible);
        const after = go(branch.cards, branch.catch ? new Set([...visible, ERROR]) : visible);
        look(card.id, branch.set as Json | undefined, after);
      }
      go(card.do, new Set([...visible, ...ROUND]));
      visible.add(card.id);
    }
    return visible;
  }

  go(flow.cards, new Set());
  return broken;
}

/** What is broken after a change that was not before it. */
export function newlyBroken(before: Flow, after: Flow): Broken[] {
  const ids = new Set([...walk(before.cards)].map((card) => card.id));
  const was = new Set(brokenIn(before).map((one) => `${one.card} ${one.to}`));
  return brokenIn(after, ids).filter((one) => !was.has(`${one.card} ${one.to}`));
}

/** What there is everywhere. */
const given = new Set(["event", "run", "flow"]);

/** References of these cards that lead to nothing where the cards stand now. */
export function lostIn(flow: Flow, ids: readonly string[]): Broken[] {
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
  return brokenIn(flow, used).filter((one) => mine.has(one.card));
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
