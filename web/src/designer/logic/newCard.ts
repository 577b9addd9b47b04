/** A card as it is when it has just been added, and what cards an "add" can choose from. */
import { type Branch, type Card, type Flow, type Values, walk } from "../../flow/document";
import type { Spec } from "./signature";
import { freshId, idsOf } from "./tree";

export interface ConnectionOf {
  id: string;
  connector: string;
}

const lanes: Record<string, () => Branch[]> = {
  when: () => [
    { when: { a: "", is: "equal to", b: "" }, cards: [] },
    { otherwise: true, cards: [] },
  ],
  try: () => [
    { try: true, cards: [] },
    { catch: true, cards: [] },
  ],
  lane: () => [
    { lane: "one", cards: [] },
    { lane: "two", cards: [] },
  ],
};

/**
 * The connection of what is added: that of the flow's other cards of the app, else the only one. Where the flow uses
 * several, or there are several and it says nothing, its author chooses: one may be the sandbox's, another the customer's.
 */
function connectionFor(
  connector: string | null | undefined,
  flow: Pick<Flow, "event" | "cards">,
  connections: readonly ConnectionOf[],
): string | undefined {
  const mine = connections.filter((one) => one.connector === connector).map((one) => one.id);
  const named = new Set([flow.event, ...walk(flow.cards)].map((one) => one.connection));
  const used = mine.filter((id) => named.has(id));
  const [only, ...others] = used.length > 0 ? used : mine;
  return others.length > 0 ? undefined : only;
}

export function newCard({ spec, helper }: Addable, flow: Flow, connections: readonly ConnectionOf[]): Card {
  const card: Card = { id: freshId(idsOf(flow), spec.title), card: spec.key };
  if (helper) {
    card.title = helper.name;
    card.call = { flow: helper.id };
  }
  const connection = connectionFor(spec.connector, flow, connections);
  if (connection) {
    card.connection = connection;
  }
  const options: Values = {};
  for (const option of spec.options) {
    if (option.required && option.default === null && option.choices[0]) {
      options[option.name] = option.choices[0].value as Values[string];
    }
  }
  if (Object.keys(options).length > 0) {
    card.options = options;
  }
  const made = lanes[spec.branches ?? ""];
  if (made) {
    card.branches = made();
  }
  if (spec.body) {
    card.do = [];
  }
  return card;
}

/** A flow that another event starts; the person concerned is the event's, unless the author named one. */
export function startedBy(
  flow: Pick<Flow, "event" | "about" | "cards">,
  chosen: Pick<Spec, "key" | "connector" | "free_outputs" | "person"> | undefined,
  before: Pick<Spec, "person"> | undefined,
  connections: readonly ConnectionOf[],
): Pick<Flow, "event" | "about"> {
  const connection = connectionFor(chosen?.connector, flow, connections);
  const { outputs } = flow.event;
  const own = flow.about && flow.about !== before?.person ? flow.about : undefined;
  const about = own ?? chosen?.person;
  return {
    event: {
      card: chosen?.key ?? flow.event.card,
      ...(chosen?.connector && connection ? { connection } : {}),
      ...(chosen?.free_outputs && outputs ? { outputs } : {}),
    },
    ...(about ? { about } : {}),
  };
}

/** Loops without a helper flow have cards in place, also when there are none yet. */
export function withBodies(flow: Flow, specs: ReadonlyMap<string, Spec>): Flow {
  const mend = (card: Card): Card => ({
    ...card,
    ...(card.branches
      ? { branches: card.branches.map((lane) => ({ ...lane, cards: (lane.cards ?? []).map(mend) })) }
      : {}),
    ...(card.do ? { do: card.do.map(mend) } : {}),
    ...(specs.get(card.card)?.body && !card.call && !card.do ? { do: [] } : {}),
  });
  return { ...flow, cards: (flow.cards ?? []).map(mend) };
}

/** Apps and kinds of functions, by what they are called. */
export interface CardKinds {
  apps: string[];
  functions: string[];
}

/** The kinds of the cards that were found, in their order. An app may have functions of its own, as the API Connector
 * does: it stands among the apps, whichever of its cards were found. */
export function kindsAmong(found: readonly Spec[], all: readonly Spec[]): CardKinds {
  const ofApps = new Set(all.filter((spec) => spec.connector !== null).map((spec) => spec.category));
  const kinds = [...new Set(found.map((spec) => spec.category))];
  return {
    apps: kinds.filter((kind) => ofApps.has(kind)),
    functions: kinds.filter((kind) => !ofApps.has(kind)),
  };
}

const CALL = "flow.call";

/** What can be added: a card, or one that calls a helper flow. */
export interface Addable {
  spec: Spec;
  helper?: { id: string; name: string };
}

/**
 * Cards that fit a search, the best first: each word stands in title, synonym, app or key. A short one does so where a
 * word begins with it, as else "dm" is found in each "admin"; and if another follows, where it is a word.
 */
export function searchCards(specs: readonly Spec[], search: string): Spec[] {
  return searchAll(specs, [], search).map((one) => one.spec);
}

/**
 * The same with helper flows, by their names: who has typed nothing is shown cards only. Of what fits alike the apps that
 * are connected come first.
 */
export function searchAll(
  specs: readonly Spec[],
  helpers: readonly { id: string; name: string }[],
  search: string,
  connected: ReadonlySet<string> | null = null,
): Addable[] {
  const wanted = search.toLowerCase().split(/\s+/).filter(Boolean);
  const cards = specs
    .filter((spec) => spec.kind !== "event" && !spec.hidden)
    .map((spec): Addable & { rank: number } => ({ spec, rank: rankOf(spec, wanted) }));
  const call = specs.find((spec) => spec.key === CALL);
  const calls = (call && wanted.length > 0 ? helpers : []).map((helper) => ({
    ...{ spec: call as Spec, helper },
    rank: rankOfName(helper.name, wanted),
  }));
  const ranked = [...cards, ...calls].filter((one) => one.rank > 0);
  const apart = ({ spec: { connector } }: Addable) =>
    connected !== null && connector !== null && !connected.has(connector) ? 1 : 0;
  ranked.sort(
    (a, b) => b.rank - a.rank || apart(a) - apart(b) || a.spec.category.localeCompare(b.spec.category),
  );
  return ranked;
}

/** A name ranks as a card's title does; of the two that are called the same the card comes first. */
function rankOfName(name: string, wanted: readonly string[]): number {
  const scores = wanted.map((word, place) => score(name, word, place < wanted.length - 1) * 4);
  const all = scores.reduce((sum, one) => sum + one, 1);
  const said = wanted.join(" ");
  const whole = name.toLowerCase() === said ? 9 : name.toLowerCase().startsWith(said) ? 0.5 : 0;
  return scores.includes(0) ? 0 : all + whole;
}

function rankOf(spec: Spec, wanted: readonly string[]): number {
  let rank = 1;
  for (const [place, word] of wanted.entries()) {
    const best = Math.max(
      bestOf(spec, word, place < wanted.length - 1),
      PEOPLE.has(word) ? bestOf(spec, "user", true) / 2 : 0,
    );
    if (best === 0) {
      return 0;
    }
    rank += best;
  }
  // "okta update user" means Update User of Okta, and nothing longer
  const app = [spec.category, spec.connector ?? "", ...spec.app_synonyms]
    .join(" ")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u);
  const title = spec.title.toLowerCase();
  const said = [wanted, wanted.filter((word) => !app.includes(word))].map((words) => words.join(" "));
  return rank + (said.includes(title) ? 10 : title.startsWith(wanted.join(" ")) ? 1 : 0);
}

/** What people call those whom cards call users. */
const PEOPLE = new Set([
  "account",
  "accounts",
  "person",
  "people",
  "employee",
  "employees",
  "member",
  "login",
]);

/** How well a card fits a word, 0 where it does not; `ended` if another word follows. */
function bestOf(spec: Spec, word: string, ended: boolean): number {
  return Math.max(
    score(spec.title, word, ended) * 4,
    // the first of them is what it is called most, as For Each is a loop and Repeat is one, too
    ...spec.synonyms.map((synonym, place) => score(synonym, word, ended) * (place === 0 ? 3.5 : 3)),
    score(spec.category, word, ended) * 2,
    ...spec.app_synonyms.map((synonym) => score(synonym, word, ended) * 2),
    score(spec.connector ?? "", word, ended) * 2,
    score(spec.key.replace(/[._]/g, " "), word, ended),
  );
}

const SHORT = 3;

function score(text: string, word: string, ended: boolean): number {
  const words = text.toLowerCase().split(/[^\p{L}\p{N}]+/u);
  if (words.includes(word)) {
    return 3;
  }
  if (ended && word.length <= SHORT) {
    return 0;
  }
  if (words.some((one) => one.startsWith(word))) {
    return 2;
  }
  return word.length > SHORT && text.toLowerCase().includes(word) ? 1 : 0;
}
