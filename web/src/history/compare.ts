/** What differs between two runs of a flow, card by card. Pure: no React, no server. */
import { type Card, type Flow, walk } from "../flow/document";
import { type Painted, paintedOf, roundCalled } from "./painted";
import type { Cut, Entry, Helper } from "./run";

export type Part = "inputs" | "outputs";

/** One value on both sides; undefined where a side has none. */
export interface FieldPair {
  part: Part;
  name: string;
  one: unknown;
  other: unknown;
  same: boolean;
  /** What there is of a value that the server has cut. */
  oneCut?: Cut | undefined;
  otherCut?: Cut | undefined;
}

export interface CardPair {
  id: string;
  /** The card as the flow has it, in the newer version that has it. */
  card: Card;
  one: Painted;
  other: Painted;
  fields: FieldPair[];
  same: boolean;
  /** Which of the two versions have the card. */
  inOne: boolean;
  inOther: boolean;
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
  const first = new Set([...walk(one.flow.cards)].map((card) => card.id));
  const second = new Set([...walk(other.flow.cards)].map((card) => card.id));
  return [...new Set([...first, ...second])].map((id) => ({
    ...pairOf(id, cards.get(id) as Card, one.painting, other.painting),
    inOne: first.has(id),
    inOther: second.has(id),
  }));
}

/** Whether what the cards inside a loop did in one round differs; loops inside it are left to a look of their own. */
export function differ(loop: Card, one: Painting, other: Painting): boolean {
  return [...walk(loop.do)].some((card) => !pairOf(card.id, card, one, other).same);
}

/** What both runs did in one round of a loop; null behind the last round of both. */
export type RoundPair = { one: Painting; other: Painting } | null;

/** Rounds that were looked at, and those of them that differ. */
export interface Differing {
  /** The first round that was not looked at; null if there is none. */
  next: number | null;
  rounds: number[];
}

/** Look through the rounds of a loop, so many from one on. */
export async function differingRounds(
  loop: Card,
  read: (round: number) => Promise<RoundPair>,
  { from, most, count }: { from: number; most: number; count: number | null },
): Promise<Differing> {
  const rounds: number[] = [];
  const end = Math.min(from + most, count ?? Number.MAX_SAFE_INTEGER);
  for (let round = from; round < end; round++) {
    const found = await read(round);
    if (found === null) {
      return { next: null, rounds };
    }
    if (differ(loop, found.one, found.other)) {
      rounds.push(round);
    }
  }
  return { next: count !== null && end >= count ? null : end, rounds };
}

function pairOf(id: string, card: Card, one: Painting, other: Painting): CardPair {
  const [a, b] = [paintedOf(one, id), paintedOf(other, id)];
  const fields = [...fieldsOf(a.last, b.last, "inputs"), ...fieldsOf(a.last, b.last, "outputs")];
  const error = sameValue(a.last?.error?.message, b.last?.error?.message);
  const same = a.state === b.state && error && fields.every((field) => field.same);
  return { id, card, one: a, other: b, fields, same, inOne: true, inOther: true };
}

function fieldsOf(one: Entry | null, other: Entry | null, part: Part): FieldPair[] {
  return pairsOf(part, givenBy(one, part), givenBy(other, part));
}

function givenBy(entry: Entry | null, part: Part): Given {
  return { values: entry?.[part], cut: entry?.cut?.filter((cut) => cut.part === part) };
}

/** Values by name, of which the server has cut some. */
export interface Given {
  values: unknown;
  cut?: readonly Cut[] | undefined;
}

/** The values of both sides by name. Those that were cut are shown by how they begin, and compared by their digests. */
export function pairsOf(part: Part, one: Given, other: Given): FieldPair[] {
  const [a, b] = [sidesOf(one), sidesOf(other)];
  return [...new Set([...a.keys(), ...b.keys()])].map((name) => {
    const [left, right] = [a.get(name), b.get(name)];
    const same = sameValue(left?.compared, right?.compared);
    return {
      ...{ part, name, one: left?.shown, other: right?.shown, same },
      ...{ oneCut: left?.cut, otherCut: right?.cut },
    };
  });
}

interface SideValue {
  shown: unknown;
  compared: unknown;
  cut?: Cut;
}

function sidesOf({ values, cut }: Given): Map<string, SideValue> {
  const named = typeof values === "object" && values !== null && !Array.isArray(values) ? values : {};
  const found = new Map<string, SideValue>(
    Object.entries(named).map(([name, value]) => [name, { shown: value, compared: value }]),
  );
  for (const one of cut ?? []) {
    found.set(one.field, { shown: one.start, compared: { digest: one.digest }, cut: one });
  }
  return found;
}

/** What is compared of a helper run: whom or what it was for, how it ended, what it gave. */
export type CalledRun = Pick<
  Helper,
  "id" | "parent_path" | "status" | "about" | "given" | "error" | "outputs"
>;

/**
 * The rounds of which the helper runs differ.
 *
 * @param all - whether these are all of both runs: only then is a round differing that one of them lacks.
 */
export function differingCalls(
  one: readonly CalledRun[],
  other: readonly CalledRun[],
  all: boolean,
): number[] {
  const [a, b] = [byRound(one), byRound(other)];
  return [...new Set([...a.keys(), ...b.keys()])]
    .filter((round) => {
      const [left, right] = [a.get(round), b.get(round)];
      return left === undefined || right === undefined ? all : !sameValue(toldOf(left), toldOf(right));
    })
    .sort((x, y) => x - y);
}

function byRound(called: readonly CalledRun[]): Map<number, CalledRun> {
  return new Map(called.map((helper) => [roundCalled(helper.parent_path ?? "") ?? 0, helper]));
}

function toldOf({ status, about, given, error, outputs }: CalledRun): unknown {
  return { status, about, given, error: error?.message, outputs };
}

/** The round behind one that differs, or the first one; null where there is no other. */
export function nextDiffering(rounds: readonly number[], round: number): number | null {
  return rounds.find((one) => one > round) ?? rounds.find((one) => one !== round) ?? null;
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
