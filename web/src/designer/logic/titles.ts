/** What cards and values are called where people read of them. */
import { type Card, type Flow, walk } from "../../flow/document";
import { ABOUT } from "../../flow/layout";
import { text } from "../../text";
import { fieldTitlesOf } from "./fieldTitles";
import type { Specs } from "./signature";

/** What a card is called. */
export function titleOf(card: Card, specs: Specs): string {
  return card.title || specs.get(card.card)?.title || card.id;
}

/** A card by the number that it bears in the row, and its title. */
export function numbered(number: number, title: string): string {
  return `${number} · ${title}`;
}

/** What is called how, by the names that references have; of cards with the same title the number tells which it is. */
export function titlePairs(
  flow: Flow,
  specs: Specs,
  fields = fieldTitlesOf(specs),
): (readonly [string, string])[] {
  const cards = [...walk(flow.cards)].map((card) => ({ card, title: titleOf(card, specs) }));
  const times = new Map<string, number>();
  for (const { title } of cards) {
    times.set(title, (times.get(title) ?? 0) + 1);
  }
  return [
    ...Object.entries(text.designer.roots),
    ...Object.entries(text.designer.rootFields),
    [ABOUT, text.designer.flow.about],
    ...fields.event(flow.event),
    ...cards.flatMap(({ card, title }, place): (readonly [string, string])[] => [
      [card.id, times.get(title) === 1 ? title : numbered(place + 1, title)],
      ...fields.card(card),
    ]),
  ];
}
