/** What happened, put onto the cards of a flow. Pure: no React, no server. */
import type { Card, Flow } from "../flow/document";
import { around } from "../flow/layout";
import { type Exchange, exchangesOf } from "./exchange";
import type { Decided, Entry } from "./run";

export type CardState =
  | "done"
  | "failed"
  | "unknown"
  | "waiting"
  | "cancelled"
  | "skipped"
  | "running"
  | "not reached";

/** One card as it went. */
export interface Painted {
  state: CardState;
  /** Every try, the first one first. */
  tries: Entry[];
  /** The last try: what is shown. */
  last: Entry | null;
  /** Milliseconds of all tries, without the waits between them. */
  ms: number;
}

/** One try of a card: of those with short waits between them the history has one entry, with the requests of all. */
export interface Try {
  attempt: number;
  /** When it began; null where an older run does not tell. */
  at: string | null;
  exchanges: Exchange[];
}

/** Every try of a card, the first one first. */
export function everyTry({ tries }: Pick<Painted, "tries">): Try[] {
  const found = new Map<number, Try>();
  const known = (attempt: number, at: string | null) => {
    const there = found.get(attempt) ?? { attempt, at, exchanges: [] };
    found.set(attempt, there);
    return there;
  };
  for (const entry of tries) {
    const exchanges = exchangesOf(entry);
    for (const [place, exchange] of exchanges.entries()) {
      const attempt = attemptOf(exchange) ?? entry.attempt;
      known(attempt, exchange.at ?? (place === 0 ? entry.at : null)).exchanges.push(exchange);
    }
    known(entry.attempt, exchanges.length === 0 ? entry.at : null);
  }
  return [...found.values()].sort((one, other) => one.attempt - other.attempt);
}

/** Which try a request was made for, as it told the app. */
function attemptOf(exchange: Exchange): number | null {
  const told = exchange.request_headers.find(([name]) => name.toLowerCase() === "keyturn-attempt")?.[1];
  return told !== undefined && /^\d+$/.test(told) ? Number(told) : null;
}

/** When each try of a card began, as far as it is known, if there was more than one. */
export function triedAt(painted: Pick<Painted, "tries">): string[] {
  const every = everyTry(painted);
  return every.length > 1 ? every.map((one) => one.at).filter((at) => at !== null) : [];
}

const NOT_REACHED: Painted = { state: "not reached", tries: [], last: null, ms: 0 };
const known = new Set<string>(["done", "failed", "unknown", "waiting", "cancelled", "skipped", "running"]);

/** The entries of one round, by card. */
export function paint(entries: readonly Entry[]): ReadonlyMap<string, Painted> {
  const byCard = new Map<string, Entry[]>();
  for (const entry of entries) {
    const tries = byCard.get(entry.card_id) ?? [];
    tries.push(entry);
    byCard.set(entry.card_id, tries);
  }
  return new Map([...byCard].map(([id, tries]) => [id, ofTries(tries)]));
}

function ofTries(unordered: readonly Entry[]): Painted {
  const tries = [...unordered].sort((one, other) => one.attempt - other.attempt);
  const last = tries.at(-1) ?? null;
  const status = last?.status ?? "";
  return {
    state: known.has(status) ? (status as CardState) : "done",
    tries,
    last,
    ms: tries.reduce((sum, one) => sum + one.ms, 0),
  };
}

/** A card as it went, or that it was not reached. */
export function paintedOf(painting: ReadonlyMap<string, Painted>, id: string): Painted {
  return painting.get(id) ?? NOT_REACHED;
}

export interface Segment {
  kind: "work" | "bad" | "ask" | "wait";
  ms: number;
}

/** What a person said of a card whose outcome nobody knew, the last time that one was asked. */
export function decidedOf({ tries }: Pick<Painted, "tries">): Decided | null {
  return tries.findLast((entry) => entry.decided)?.decided ?? null;
}

const kinds: Readonly<Record<string, Segment["kind"]>> = {
  ...{ failed: "bad", unknown: "ask", waiting: "wait", cancelled: "wait", skipped: "wait" },
};

/**
 * The run's time as segments: what worked, what failed, and the waits between and within, at least a millisecond long.
 *
 * @param until - Of a run that waits still: up to when, in milliseconds.
 */
export function timeline(entries: readonly Entry[], until: number | null = null): Segment[] {
  const ordered = [...entries].sort((one, other) => one.at.localeCompare(other.at));
  const segments: Segment[] = [];
  let end: number | null = null;
  for (const entry of ordered) {
    const began = Date.parse(entry.at);
    if (end !== null && began - end >= 1) {
      segments.push({ kind: "wait", ms: began - end });
    }
    const kind = kinds[entry.status] ?? "work";
    const before = segments.at(-1);
    if (before?.kind === kind && kind === "work") {
      before.ms += entry.ms;
    } else {
      segments.push({ kind, ms: entry.ms });
    }
    const worked = Math.max(end ?? 0, began + entry.ms);
    // what is in a frame waits while the frame does
    end = Math.max(worked, began + entry.ms + entry.waited);
    if (end - worked >= 1) {
      segments.push({ kind: "wait", ms: end - worked });
    }
  }
  if (end !== null && until !== null && until - end >= 1) {
    segments.push({ kind: "wait", ms: until - end });
  }
  return segments;
}

/** A place in a run: the round of each loop that is looked at, `{each: 17}`. */
export type Rounds = Readonly<Record<string, number>>;

/** The loops (cards with a body in place) around a card, outermost first. */
export function loopsAround(flow: Flow, id: string): string[] {
  const bodies = new Set<string>();
  for (const card of loops(flow.cards)) {
    bodies.add(card.id);
  }
  return around(flow, id).filter((frame) => bodies.has(frame));
}

/** Every loop with a body in place, outermost first. */
export function* loops(cards: readonly Card[] | undefined): Generator<Card> {
  for (const card of cards ?? []) {
    if (card.do?.length) {
      yield card;
    }
    for (const branch of card.branches ?? []) {
      yield* loops(branch.cards);
    }
    yield* loops(card.do);
  }
}

/** The round in which the cards of a loop's body stand: `outer[2]/each[17]`. */
export function roundPath(flow: Flow, loop: string, rounds: Rounds): string {
  return [...loopsAround(flow, loop), loop].map((id) => `${id}[${rounds[id] ?? 0}]`).join("/");
}

/** The path of a card in the rounds that are looked at. */
export function pathOf(flow: Flow, id: string, rounds: Rounds): string {
  const outer = loopsAround(flow, id).at(-1);
  return outer === undefined ? id : `${roundPath(flow, outer, rounds)}/${id}`;
}

/** The rounds in a path: `outer[2]/each[17]/card` gives `{outer: 2, each: 17}`. */
export function roundsIn(path: string): Rounds {
  const found: Record<string, number> = {};
  for (const part of path.split("/")) {
    const match = /^(.+)\[(\d+)\]$/.exec(part);
    if (match?.[1] !== undefined) {
      found[match[1]] = Number(match[2]);
    }
  }
  return found;
}

/** The round in which a helper run was called, if its card is a loop that calls it: 17 of `outer[2]/each[17]`. */
export function roundCalled(path: string): number | null {
  const match = /\[(\d+)\]$/.exec(path);
  return match?.[1] === undefined ? null : Number(match[1]);
}

/** The rounds around a call, as people count: `outer[2]/each[17]` is `3.18`; empty where there are none. */
export function saidRounds(path: string): string {
  return [...path.matchAll(/\[(\d+)\](?=\/|$)/g)].map((match) => Number(match[1]) + 1).join(".");
}

const ONE_CALL = new Set(["flow.call", "flow.call_async"]);

/** Whether a card calls a helper flow once for each of its rounds. */
export function callsInRounds(card: Card): boolean {
  return card.call !== undefined && card.call !== null && !ONE_CALL.has(card.card);
}

/** Rounds as a page's address has them; `roundsIn` reads that. */
export function writtenRounds(rounds: Rounds): string {
  return Object.entries(rounds)
    .map(([loop, round]) => `${loop}[${round}]`)
    .join("/");
}

/** The rounds in a page's address; what is not understood is left out. */
export function placeIn(search: Record<string, unknown>): { rounds?: string } {
  const known = typeof search.rounds === "string" ? writtenRounds(roundsIn(search.rounds)) : "";
  return known === "" ? {} : { rounds: known };
}

/** The id of the card at a path. */
export function cardAt(path: string): string {
  return (path.split("/").at(-1) ?? path).replace(/\[\d+\]$/, "");
}

/** How many rounds a loop has begun to have, as far as its entry tells: its count, or the length of its list. */
export function roundCount(painted: Painted): number | null {
  const outputs = painted.last?.outputs as { count?: unknown } | null | undefined;
  if (typeof outputs?.count === "number") {
    return outputs.count;
  }
  const inputs = painted.last?.inputs as { list?: unknown } | null | undefined;
  if (Array.isArray(inputs?.list)) {
    // of a longer list the history keeps the beginning only
    return inputs.list.length > 1_000 ? null : inputs.list.length;
  }
  return painted.last?.cut?.find((cut) => cut.field === "list")?.count ?? null;
}
