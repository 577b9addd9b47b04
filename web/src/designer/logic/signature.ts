/** The fields that a card has, and what it gives to those after it. */
import type { Card, FlowEvent } from "../../flow/document";
import { type Field, type Spec, signatureOf } from "../../flow/signature";
import { type Loading, loadingOf } from "./loading";

export { type Effect, type Field, type Signature, type Spec, signatureOf } from "../../flow/signature";

export type Specs = ReadonlyMap<string, Spec>;

/** Fields under the headings that the declaration gives them, in its order; one heading over all is none. */
export function groupsOf<T extends { group?: string }>(
  fields: readonly T[],
): { group: string; fields: T[] }[] {
  const found = new Map<string, T[]>();
  for (const field of fields) {
    const group = field.group ?? "";
    found.set(group, [...(found.get(group) ?? []), field]);
  }
  const groups = [...found].map(([group, inside]) => ({ group, fields: inside }));
  const [only] = groups;
  return groups.length === 1 && only ? [{ ...only, group: "" }] : groups;
}

/** The names on the way into an object. */
export type Way = readonly string[];

/** A field that cards after it can use. */
export interface Output {
  name: string;
  title: string;
  type: string;
  about: string;
  /** Ways to what is in it, or in the objects of a list, as far as they are known beforehand. */
  inside?: readonly Way[];
  /** The heading under which it stands. */
  group?: string;
  /** Okta Workflows has no such field. */
  beyond?: boolean;
  /** How what is in it is loaded from the app, if it is. */
  loading?: Loading | null;
}

/** What the rounds of a card see besides the cards before, by the names that references have for it. */
export function roundOf(card: Card, spec: Spec | undefined): string[] {
  if (streams(card)) {
    return ["record", "index"];
  }
  return spec === undefined ? ["item", "index"] : [...(spec.rounds?.sees ?? [])];
}

/** Whether a card hands on its records one by one. */
export function streams(card: Card | undefined): boolean {
  return card?.options?.results === "stream";
}

/** What a card gives to those after it. */
export function outputsOf(card: Card, spec: Spec | undefined): Output[] {
  const found = new Map<string, Output>();
  const { inputs, outputs } = spec ? signatureOf(spec, card.options) : { inputs: [], outputs: [] };
  for (const field of outputs) {
    // what is in the objects of a list is not in the list
    const loading = field.type.startsWith("list") ? null : loadingOf(card, field, { inputs });
    found.set(field.name, { ...asOutput(field), loading });
  }
  if (spec?.free_inputs && spec.free_outputs) {
    for (const name of Object.keys(card.inputs ?? {})) {
      found.set(name, { name, title: name, type: "any", about: "" });
    }
  }
  for (const [name, type] of Object.entries(card.outputs ?? {})) {
    found.set(name, { name, title: name, type, about: "" });
  }
  if (card.on_error?.then === "continue") {
    for (const name of Object.keys(card.on_error.values ?? {})) {
      found.set(name, found.get(name) ?? { name, title: name, type: "any", about: "" });
    }
    found.set("error", { name: "error", title: "error", type: "object", about: "" });
  }
  return [...found.values()];
}

/** What an event gives to the cards. */
export function eventOutputs(event: FlowEvent, spec: Spec | undefined): Output[] {
  const declared = spec ? signatureOf(spec, event.options).outputs.map(asOutput) : [];
  const free = Object.entries(event.outputs ?? {}).map(([name, type]) => ({
    name,
    title: name,
    type,
    about: "",
  }));
  const names = new Set(free.map((field) => field.name));
  // the author's own come first: they are what the flow is about
  return [...free, ...declared.filter((field) => !names.has(field.name))];
}

function asOutput(field: Field): Output {
  const { name, type, about, inside, group, beyond } = field;
  return { name, title: field.title || name, type, about, inside, group, beyond };
}
