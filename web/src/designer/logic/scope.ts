/** The values in scope at a card, in groups as they are offered to a person, with samples of a run where there are. */
import { type Card, type Flow, type Json, walk } from "../../flow/document";
import { around, EVENT } from "../../flow/layout";
import { text } from "../../text";
import { piecesOf, write } from "./references";
import { resolved } from "./resolve";
import { eventOutputs, type Output, outputsOf, roundOf, type Specs, streams, type Way } from "./signature";
import { find } from "./tree";
import { visibleFrom } from "./visibility";

export interface ScopeField {
  /** As it is written in a text, braces included. */
  written: string;
  /** The names on the way, the field's own last. */
  path: string[];
  type: string;
  about: string;
  sample: Json | undefined;
  /** Bytes of a sample that is too large to show. */
  large?: number | undefined;
}

export interface ScopeGroup {
  root: string;
  title: string;
  number: number | null;
  fields: ScopeField[];
}

/** What a card or the event gave last. */
export interface Sample {
  value: Json;
  /** Bytes of the fields that were too large to come along, by name. */
  large?: Readonly<Record<string, number>>;
  /** Where history has the whole of them. */
  from?: { run: string; path: string; attempt: number };
}

/** Samples by card id; the event's stands under EVENT, the first record that a card handed on under recordKey. */
export type Samples = ReadonlyMap<string, Sample>;

export function recordKey(card: string): string {
  return `${card}[0]`;
}

/** What an app has in objects that cards give, by insideKey. */
export type Inside = ReadonlyMap<string, readonly InnerField[]>;

export interface InnerField {
  name: string;
  title: string;
  type: string;
  about: string;
}

export function insideKey(card: string, output: string): string {
  return `${card} ${output}`;
}

/** How far what is in objects is looked through: how many levels deep, and how many names of each. */
export interface Depth {
  levels: number;
  names: number;
}

const SEEN: Depth = { levels: 1, names: 30 };
/** Who searches is offered what nobody would leaf through. */
export const SEARCHED: Depth = { levels: 3, names: 500 };

const run: Output[] = [
  ["id", "text"],
  ["root_id", "text"],
  ["started_at", "datetime"],
].map(named("run"));
const aboutFlow: Output[] = [
  ["id", "text"],
  ["name", "text"],
  ["version", "number"],
].map(named("flow"));
const error: Output[] = [
  ["message", "text"],
  ["code", "text"],
  ["status", "number"],
  ["why", "text"],
  ["mend", "text"],
  ["card", "text"],
  ["body", "any"],
].map(named("error"));

function named(root: string) {
  return ([name = "", type = ""]: string[]): Output => ({
    name,
    title: text.designer.rootFields[`${root}.${name}`] ?? name,
    type,
    about: "",
  });
}

export interface Words {
  event: string;
  run: string;
  flow: string;
  item: string;
  index: string;
  memo: string;
  record: string;
  error: string;
}

/** The cards around one, and it itself, that hand on records one by one: each round sees one as record. */
export function streamsAround(flow: Flow, id: string): Card[] {
  return [...around(flow, id), id]
    .map((frame) => find(flow, frame)?.card)
    .filter((card): card is Card => streams(card));
}

/** What can be referred to from a card. A lane's ``set`` is given by the lane: it sees the lane's cards too. */
export function scopeAt(
  flow: Flow,
  id: string,
  specs: Specs,
  words: Words,
  samples: Samples = new Map(),
  lane: number | null = null,
  loaded: Inside = new Map(),
  depth: Depth = SEEN,
): ScopeGroup[] {
  const groups: ScopeGroup[] = [];
  if (id === EVENT) {
    return groups;
  }
  const event = eventOutputs(flow.event, specs.get(flow.event.card));
  groups.push(group("event", words.event, 0, event, samples.get(EVENT), undefined, depth));
  groups.push(...loopsAround(flow, id, specs, words, samples, depth));
  const order = new Map([...walk(flow.cards)].map((card, index) => [card.id, index + 1]));
  for (const card of cardsSeen(flow, id, lane)) {
    const spec = specs.get(card.card);
    const fields = outputsOf(card, spec);
    if (fields.length > 0) {
      const title = card.title || spec?.title || card.id;
      groups.push(
        group(card.id, title, order.get(card.id) ?? null, fields, samples.get(card.id), loaded, depth),
      );
    }
  }
  groups.push(
    group("run", words.run, null, run, undefined),
    group("flow", words.flow, null, aboutFlow, undefined),
  );
  return groups.filter((one) => one.fields.length > 0);
}

/** The cards whose outputs can be used at a card, or in the values that one of its lanes hands on. */
export function cardsSeen(flow: Flow, id: string, lane: number | null): Card[] {
  const inLane = lane === null ? [] : (find(flow, id)?.card.branches?.[lane]?.cards ?? []);
  return [...visibleFrom(flow, id), ...inLane];
}

function loopsAround(
  flow: Flow,
  id: string,
  specs: Specs,
  words: Words,
  samples: Samples,
  depth: Depth,
): ScopeGroup[] {
  const groups: ScopeGroup[] = [];
  const self = find(flow, id)?.card;
  const frames = around(flow, id);
  for (const [at, frame] of frames.entries()) {
    const card = find(flow, frame)?.card;
    const inner = frames[at + 1] ?? id;
    if (card?.do?.some((one) => one.id === inner)) {
      groups.push(...roundsOf(flow, card, specs, words, samples, depth));
    }
    const lane = card?.branches?.find((branch) => branch.cards?.some((one) => one.id === inner));
    if (lane?.catch) {
      groups.push(group("error", words.error, null, error, undefined));
    }
  }
  // a card that calls a flow for each item sees the item in what it hands over
  if (self?.call) {
    groups.push(...roundsOf(flow, self, specs, words, samples, depth));
  }
  if (self?.on_error?.then !== undefined && self.on_error.then !== "halt") {
    groups.push(group("error", words.error, null, error, undefined));
  }
  return groups.filter((one, place) => groups.findIndex((other) => other.root === one.root) === place);
}

/** What a round sees. The item has the shape, and as a sample the value, of the first one of the list. */
function roundsOf(
  flow: Flow,
  card: Card,
  specs: Specs,
  words: Words,
  samples: Samples,
  depth: Depth,
): ScopeGroup[] {
  const spec = specs.get(card.card);
  const ways = { item: listed(flow, card.inputs?.list, specs), record: recordOf(card, specs) };
  const list = resolved(card.inputs?.list, samples);
  const first = Array.isArray(list) ? list[0] : undefined;
  return roundOf(card, spec).map((root) => {
    const known = root === "item" || root === "record" ? ways[root] : [];
    const type = root === "index" ? "number" : known.length > 0 ? "object" : "any";
    const title = words[root as keyof Words] ?? root;
    const record = root === "record" ? samples.get(recordKey(card.id))?.value : undefined;
    const sample = root === "item" ? first : record;
    const field: ScopeField = { written: write(root, []), path: [root], type, about: "", sample };
    const inner = below(root, { steps: [], path: [] }, sample, depth, [], known);
    return { root, title, number: null, fields: [field, ...inner] };
  });
}

/** What is known of the items of a list that another card gives. */
function listed(flow: Flow, list: Json | undefined, specs: Specs): readonly Way[] {
  const [piece, ...others] = typeof list === "string" ? piecesOf(list) : [];
  if (piece?.kind !== "reference" || others.length > 0 || piece.reference.path.length !== 1) {
    return [];
  }
  const { root, path } = piece.reference;
  const giver = find(flow, root)?.card;
  const outputs = giver ? outputsOf(giver, specs.get(giver.card)) : [];
  return outputs.find(({ name }) => name === path[0])?.inside ?? [];
}

/** What is known of the records that a card hands on: they are those that it gives one of, in its other ways. */
function recordOf(card: Card, specs: Specs): readonly Way[] {
  const outputs = specs.get(card.card)?.variants.flatMap((variant) => variant.outputs) ?? [];
  return outputs.find(({ name }) => name === "record")?.inside ?? [];
}

function group(
  root: string,
  title: string,
  number: number | null,
  outputs: Output[],
  sample: Sample | undefined,
  loaded: Inside = new Map(),
  depth: Depth = SEEN,
): ScopeGroup {
  const fields = outputs.flatMap((output) => {
    const value = inside(sample?.value, output.name);
    const own: ScopeField = {
      written: write(root, [output.name]),
      path: [output.title],
      type: output.type,
      about: output.about,
      sample: value,
      large: sample?.large?.[output.name],
    };
    const told = loaded.get(insideKey(root, output.name)) ?? [];
    const at = { steps: [output.name], path: [output.title] };
    // what is in a list's objects is offered to who searches: a loop over it has it one by one
    const known = output.type.startsWith("list") && depth === SEEN ? [] : (output.inside ?? []);
    return [own, ...below(root, at, value ?? emptyOf(output), depth, told, known)];
  });
  return { root, title, number, fields };
}

interface At {
  /** The way there, as it is written and as people read it. */
  steps: readonly string[];
  path: readonly string[];
}

function emptyOf(output: Output): Json | undefined {
  return output.type.startsWith("list") ? [] : undefined;
}

/** What is declared, the app has, or the sample shows, inside an object or a list of objects. */
function below(
  root: string,
  at: At,
  value: Json | undefined,
  depth: Depth,
  told: readonly InnerField[] = [],
  known: readonly Way[] = [],
): ScopeField[] {
  const list = Array.isArray(value);
  const shape = list ? value[0] : value;
  const shown = typeof shape === "object" && shape !== null && !Array.isArray(shape) ? shape : {};
  const loaded = new Map(told.map((field) => [field.name, field]));
  // what is declared is offered at any depth: those who declared it chose what is worth it
  const seen = depth.levels > 0 ? Object.keys(shown) : [];
  const names = [...new Set([...known.flatMap(([first]) => first ?? []), ...seen])].slice(0, depth.names);
  const into = list ? ["[]"] : [];
  return [...new Set([...loaded.keys(), ...names])].flatMap((name) => {
    const field = loaded.get(name);
    const there: At = {
      steps: [...at.steps, ...into, name],
      path: [...at.path, ...into, field?.title || name],
    };
    const own: ScopeField = {
      written: write(root, there.steps),
      path: [...there.path],
      type: field?.type ?? typeName(shown[name]),
      about: field?.about ?? "",
      sample: shown[name],
    };
    const further = known.filter(([first, ...rest]) => first === name && rest.length > 0);
    const deeper = { ...depth, levels: Math.max(depth.levels - 1, 0) };
    return [
      own,
      ...below(
        root,
        there,
        shown[name],
        deeper,
        [],
        further.map(([, ...rest]) => rest),
      ),
    ];
  });
}

function typeName(value: Json | undefined): string {
  if (Array.isArray(value)) {
    return "list";
  }
  if (value === null || value === undefined) {
    return "any";
  }
  return typeof value === "string" ? "text" : typeof value;
}

function inside(value: Json | undefined, name: string): Json | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value[name] : undefined;
}

/** The fields in which every word of a search stands, in the group's title or the field's names. */
export function matching(groups: readonly ScopeGroup[], search: string): ScopeGroup[] {
  const wanted = search.toLowerCase().split(/\s+/).filter(Boolean);
  return groups
    .map((one) => ({
      ...one,
      fields: one.fields.filter((field) => {
        const said = `${one.title} ${field.path.join(" ")} ${field.type}`.toLowerCase();
        return wanted.every((word) => said.includes(word));
      }),
    }))
    .filter((one) => one.fields.length > 0);
}
