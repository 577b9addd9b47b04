/** What the fields that cards and events give are called, by how references name them. */
import type { Card, FlowEvent } from "../../flow/document";
import { eventOutputs, type Output, outputsOf, type Specs } from "./signature";

type Pairs = readonly [string, string][];

/** Reads them from these declarations; what did not change since it was read is not read again: this is done as one types. */
export function fieldTitlesOf(specs: Specs): { card(card: Card): Pairs; event(event: FlowEvent): Pairs } {
  const known = new WeakMap<object, Pairs>();
  function once(of: object, root: string, outputs: () => Output[]): Pairs {
    const found = known.get(of) ?? outputs().flatMap(({ name, title }) => pairOf(root, name, title));
    known.set(of, found);
    return found;
  }
  return {
    card: (card) => once(card, card.id, () => outputsOf(card, specs.get(card.card))),
    event: (event) => once(event, "event", () => eventOutputs(event, specs.get(event.card))),
  };
}

function pairOf(root: string, name: string, title: string): Pairs {
  return title === name ? [] : [[`${root}.${name}`, title]];
}
