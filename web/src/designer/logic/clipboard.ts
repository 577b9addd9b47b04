/** Cards as text, for pasting into this flow, another one, or a message to somebody. */
import { type Card, type Json, walk } from "../../flow/document";
import { shapedCards } from "../../flow/shape";
import { referencesIn, withRoots } from "./references";
import { freshId } from "./tree";

const KIND = "keyturn cards";

/** Cards, and what others are called of which they use something: where they are pasted these may not be there. */
export function asText(cards: readonly Card[], titles: ReadonlyMap<string, string> = new Map()): string {
  const mine = new Set([...walk(cards)].map((card) => card.id));
  const used = [...referencesIn(cards as unknown as Json)].map(({ root }) => root);
  const others = [...titles].filter(([id]) => used.includes(id) && !mine.has(id));
  return JSON.stringify({ kind: KIND, cards, titles: Object.fromEntries(others) }, null, 2);
}

/** What a text says that cards are called of which its own use something. */
export function titlesIn(text: string): ReadonlyMap<string, string> {
  const read = JSON.parse(text) as { titles?: unknown };
  const pairs = Object.entries((read.titles ?? {}) as object);
  return new Map(pairs.filter((pair): pair is [string, string] => typeof pair[1] === "string"));
}

/** The cards in a text; null if it has none, or one of another shape. */
export function cardsIn(text: string): Card[] | null {
  try {
    const read: unknown = JSON.parse(text);
    const found = read as { kind?: unknown; cards?: unknown } | null;
    const good = typeof found === "object" && found !== null && found.kind === KIND;
    return good ? shapedCards(found.cards) : null;
  } catch {
    return null;
  }
}

/** The cards under ids that are free; references between them go with them. */
export function renamed(cards: readonly Card[], taken: ReadonlySet<string>): Card[] {
  const used = new Set(taken);
  const roots = new Map<string, string>();
  for (const card of walk(cards)) {
    const id = freshId(used, card.id.replace(/_\d+$/, ""));
    used.add(id);
    roots.set(card.id, id);
  }
  return cards.map((card) => rename(card, roots));
}

function rename(card: Card, roots: ReadonlyMap<string, string>): Card {
  const { branches, do: body, ...own } = card;
  const made = withRoots(own as unknown as Json, roots) as unknown as Card;
  return {
    ...made,
    id: roots.get(card.id) ?? card.id,
    ...(branches
      ? {
          branches: branches.map(({ cards, ...lane }) => ({
            ...(withRoots(lane as unknown as Json, roots) as unknown as typeof lane),
            cards: (cards ?? []).map((inner) => rename(inner, roots)),
          })),
        }
      : {}),
    ...(body ? { do: body.map((inner) => rename(inner, roots)) } : {}),
  };
}
