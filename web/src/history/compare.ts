/** What differs between two runs of a flow, card by card. Pure: no React, no server. */
import { type Card, type Flow, walk } from "../flow/document";
import { type Painted, paintedOf } from "./painted";
import type { Cut, Entry } from "./run";

export type Part = "inputs" | "outputs";

/** One value on both sides; undefined where a side has none. */
export interface FieldPair {
  part: Part;
  name: string;
  one: unknown;
  other: unknown;
  same: boolean;
}

export interface CardPair {
  id: string;
  /** The card as the flow has it, in the newer version that has it. */
  card: Card;
  one: Painted;
  other: Painted;
  fields: FieldPair[];
  same: boolean;
}

type Painting = ReadonlyMap<string, Painted>;

export interface Side {
  flow: Flow;
  painting: Painting;
}

/** The cards of both runs in the order of the first; those that only the other has stand behind. */
export function compared(one: Side, other: Side): CardPair[] {
  const cards = new Map<string, Card>();
  for (const card of [...walk(other.flow.cards), ...walk(one.flow.cards)]) {
    cards.set(card.id, card);
  }
  const first = [...walk(one.flow.cards)].map((card) => card.id);
  const rest = [...walk(other.flow.cards)].map((card) => card.id).filter((id) => !first.includes(id));
  return [...first, ...rest].map((id) => pairOf(id, cards.get(id) as Card, one.painting, other.painting));
}

/** Whether what the cards inside a loop did in one round differs; loops inside it are left to a look of their own. */
export function differ(loop: Card, one: Painting, other: Painting): boolean {
  return [...walk(loop.do)].some((card) => !pairOf(card.id, card, one, other).same);
}

function pairOf(id: string, card: Card, one: Painting, other: Painting): CardPair {
  const [a, b] = [paintedOf(one, id), paintedOf(other, id)];
  const fields = [...fieldsOf(a.last, b.last, "inputs"), ...fieldsOf(a.last, b.last, "outputs")];
  const error = sameValue(a.last?.error?.message, b.last?.error?.message);
  const same = a.state === b.state && error && fields.every((field) => field.same);
  return { id, card, one: a, other: b, fields, same };
}

function fieldsOf(one: Entry | null, other: Entry | null, part: Part): FieldPair[] {
  const [a, b] = [valuesOf(one, part), valuesOf(other, part)];
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return names
    .map((name) => ({ part, name, one: a[name], other: b[name], same: sameValue(a[name], b[name]) }))
    .filter((field) => (field.one ?? null) !== null || (field.other ?? null) !== null);
}

/** The values of an entry; of those that were cut, how they begin and how long they are. */
function valuesOf(entry: Entry | null, part: Part): Record<string, unknown> {
  const values = entry?.[part];
  const found: Record<string, unknown> =
    typeof values === "object" && values !== null && !Array.isArray(values) ? { ...values } : {};
  for (const cut of entry?.cut ?? []) {
    if (cut.part === part) {
      found[cut.field] = shownCut(cut);
    }
  }
  return found;
}

function shownCut(cut: Cut): string {
  return `${cut.start}… (${cut.bytes} B)`;
}

/** Whether two values are the same, whatever the order of keys. */
export function sameValue(one: unknown, other: unknown): boolean {
  return canonical(one) === canonical(other);
}

function canonical(value: unknown): string {
  return JSON.stringify(value ?? null, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
