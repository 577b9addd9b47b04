/** Which card can be referred to from where, and what a move would break. */
import { type Card, type Flow, type Json, walk } from "../../flow/document";
import { referencesIn } from "./references";

export interface Broken {
  /** The card whose input refers. */
  card: string;
  /** The card that it cannot refer to from where it stands. */
  to: string;
}

/** All that a card itself says, without the cards inside it. */
export function valuesOf(card: Card): Json[] {
  return [
    card.inputs ?? {},
    card.call?.with ?? {},
    card.on_error?.values ?? {},
    card.on_error?.call?.with ?? {},
  ] as Json[];
}

/** References to cards of the flow that stand later, inside a frame that this one is not in, or are gone. */
export function brokenIn(flow: Flow, known: ReadonlySet<string> = new Set()): Broken[] {
  const ids = new Set([...known, ...[...walk(flow.cards)].map((card) => card.id)]);
  const broken: Broken[] = [];

  function look(card: string, value: Json | undefined, visible: ReadonlySet<string>): void {
    for (const reference of referencesIn(value)) {
      const { root } = reference;
      const said = broken.some((one) => one.card === card && one.to === root);
      if (ids.has(root) && !visible.has(root) && !said) {
        broken.push({ card, to: root });
      }
    }
  }

  function go(cards: readonly Card[] | undefined, before: ReadonlySet<string>): Set<string> {
    const visible = new Set(before);
    for (const card of cards ?? []) {
      for (const value of valuesOf(card)) {
        look(card.id, value, visible);
      }
      for (const branch of card.branches ?? []) {
        look(card.id, branch.when ?? undefined, visible);
        const after = go(branch.cards, visible);
        look(card.id, branch.set as Json | undefined, after);
      }
      go(card.do, visible);
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
