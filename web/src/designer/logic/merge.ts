/**
 * Two people's changes to one flow, put together card by card: what only one of them has changed is as that one has it.
 * Pure. Where both have changed the same, nothing is put together: a person decides.
 */
import { type Branch, type Card, type Flow, walk } from "../../flow/document";
import { plainCard, plainSettings } from "./same";

/** Both have changed the same. */
class Clash extends Error {}

/** What was, what one has made of it, and what the other. */
interface Three<T> {
  base: T;
  mine: T;
  theirs: T;
}

/** The flow with the changes of both since ``base``; null if they have changed the same card, row or setting. */
export function merged(base: Flow, mine: Flow, theirs: Flow): Flow | null {
  try {
    const known = { base: byId(base.cards), mine: byId(mine.cards), theirs: byId(theirs.cards) };
    const cards = row({ base: base.cards, mine: mine.cards, theirs: theirs.cards }, known);
    holds(cards, known);
    return { ...settings({ base, mine, theirs }), cards };
  } catch (error) {
    if (error instanceof Clash) {
      return null;
    }
    throw error;
  }
}

type Known = Three<ReadonlyMap<string, Card>>;

/** The cards of one list. */
function row({ base, mine, theirs }: Three<readonly Card[] | undefined>, known: Known): Card[] {
  const ids = (cards: readonly Card[] = []) => cards.map((card) => card.id);
  const order = choose({ base: ids(base), mine: ids(mine), theirs: ids(theirs) }, (one) => one);
  return order.map((id) => cardOf(id, known));
}

function cardOf(id: string, known: Known): Card {
  const { base, mine, theirs } = of(id, known);
  if (!mine || !theirs) {
    const added = mine ?? theirs;
    // one has taken it away, and the other has changed the row that it stands in
    if (!added || base) {
      throw new Clash();
    }
    return added;
  }
  const three = { base, mine, theirs };
  if (new Set([base ?? mine, mine, theirs].map((card) => card.branches?.length ?? 0)).size > 1) {
    // branches are told by their numbers: where these are others, the card goes with all that is in it
    return choose(three, plainCard);
  }
  const { branches, ...own } = choose(
    { base: base && bare(base), mine: bare(mine), theirs: bare(theirs) },
    plainCard,
  );
  const whole: Card = own;
  if (branches) {
    const inLane = (card: Card | undefined, lane: number) => card?.branches?.[lane]?.cards;
    whole.branches = branches.map((branch, lane): Branch => {
      const lists = {
        base: inLane(base, lane),
        mine: inLane(mine, lane),
        theirs: inLane(theirs, lane),
      };
      return { ...branch, cards: row(lists, known) };
    });
  }
  if (mine.do || theirs.do) {
    whole.do = row({ base: base?.do, mine: mine.do, theirs: theirs.do }, known);
  }
  return whole;
}

/** What one has changed is not gone because the other has taken it away, and nothing is there twice. */
function holds(cards: readonly Card[], known: Known): void {
  const wanted = new Set<string>();
  for (const id of new Set([...known.base.keys(), ...known.mine.keys(), ...known.theirs.keys()])) {
    const { base, mine, theirs } = of(id, known);
    const left = mine ?? theirs;
    if (!base || (mine && theirs)) {
      wanted.add(id);
    } else if (left && !same(plainCard(bare(base)), plainCard(bare(left)))) {
      throw new Clash();
    }
  }
  const found = [...walk(cards)].map((card) => card.id);
  if (found.length !== wanted.size || found.some((id) => !wanted.has(id))) {
    throw new Clash();
  }
}

/** What is said of the flow as a whole, one by one. */
function settings(flows: Three<Flow>): Flow {
  const { base, mine, theirs } = flows;
  const plain = { base: plainSettings(base), mine: plainSettings(mine), theirs: plainSettings(theirs) };
  const made: { [name: string]: unknown } = {};
  for (const name of new Set([...Object.keys(mine), ...Object.keys(theirs)])) {
    const said = { base: plain.base[name], mine: plain.mine[name], theirs: plain.theirs[name] };
    const from = same(
      choose(said, (one) => one),
      said.mine,
    )
      ? mine
      : theirs;
    const value = (from as unknown as { [name: string]: unknown })[name];
    if (value !== undefined) {
      made[name] = value;
    }
  }
  return made as unknown as Flow;
}

/** Of a thing that is one: as the one has it who has changed it. */
function choose<T>(
  { base, mine, theirs }: { base: T | undefined; mine: T; theirs: T },
  plain: (one: T) => unknown,
): T {
  const [was, my, their] = [base === undefined ? undefined : plain(base), plain(mine), plain(theirs)];
  if (same(my, their) || same(was, their)) {
    return mine;
  }
  if (same(was, my)) {
    return theirs;
  }
  throw new Clash();
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function of(id: string, { base, mine, theirs }: Known): Three<Card | undefined> {
  return { base: base.get(id), mine: mine.get(id), theirs: theirs.get(id) };
}

/** A card without the cards inside it. */
function bare({ do: _, branches, ...own }: Card): Card {
  return branches ? { ...own, branches: branches.map(({ cards: __, ...lane }) => lane) } : own;
}

function byId(cards: readonly Card[] | undefined): ReadonlyMap<string, Card> {
  return new Map([...walk(cards)].map((card) => [card.id, card]));
}
