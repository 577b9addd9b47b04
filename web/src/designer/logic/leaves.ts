/** What is said in a flow, value by value, each by what it is called on the screen: that is what differs, or not. */
import { GROUPS } from "../../flow/conditions";
import type { Branch, Call, Card, Flow, FlowEvent, Json, OnError, Values } from "../../flow/document";
import { text } from "../../text";
import { laneWord } from "./lanes";
import { sameJson, shownAs } from "./literals";
import { type Field, type Specs, signatureOf } from "./signature";

const words = text.designer;

/** A value: what it is called, and its text, in which references stand as they are written. */
export interface Leaf {
  name: string;
  said: string;
}

/** Values by where they stand in the document. */
export type Leaves = Map<string, Leaf>;

/** What is known of cards, and what connections and flows are called. */
export interface Known {
  specs: Specs;
  connections: readonly { id: string; name: string }[];
  helpers: readonly { id: string; name: string }[];
}

export function leavesOfFlow(flow: Flow): Leaves {
  const leaves: Leaves = new Map();
  const { name, about, note, folder } = flow as Flow & { folder?: string | null };
  put(leaves, "name", words.flow.name, name);
  put(leaves, "about", words.flow.about, about);
  put(leaves, "folder", words.difference.folder, folder);
  put(leaves, "note", words.flow.note, note);
  put(leaves, "save", words.flow.save, flow.save_data ?? true);
  put(leaves, "limits", words.flow.atOnce, flow.limits?.at_once);
  return leaves;
}

export function leavesOfEvent(event: FlowEvent, known: Known): Leaves {
  const leaves: Leaves = new Map();
  put(leaves, "card", words.event, known.specs.get(event.card)?.title ?? event.card);
  common(leaves, event, known);
  return leaves;
}

/** A card, without the cards inside it and its branches. */
export function leavesOfCard(card: Card, known: Known): Leaves {
  const leaves: Leaves = new Map();
  const spec = known.specs.get(card.card);
  put(leaves, "card", words.difference.card, spec?.title ?? card.card);
  common(leaves, card, known);
  const fields = spec ? signatureOf(spec, card.options).inputs : [];
  for (const [name, value] of Object.entries(card.inputs ?? {})) {
    const field = fields.find((one) => one.name === name);
    into(leaves, `input ${name}`, field?.title || name, value, field);
  }
  calls(leaves, "call", words.helper, card.call, known);
  onError(leaves, card.on_error ?? {}, known);
  return leaves;
}

export function leavesOfBranch(branch: Branch, number: number): Leaves {
  const leaves: Leaves = new Map();
  const lane = laneWord(branch, number);
  put(leaves, "lane", words.laneName, lane);
  put(leaves, "when", lane, branch.when ? conditionSaid(branch.when) : null);
  for (const [name, value] of Object.entries(branch.set ?? {})) {
    into(leaves, `set ${name}`, `${lane}, ${words.sets} ${name}`, value);
  }
  return leaves;
}

/** What cards and the event have in common. */
function common(leaves: Leaves, of: Card | FlowEvent, known: Known): void {
  const options = known.specs.get(of.card)?.options ?? [];
  put(leaves, "title", words.settings.eventTitle, of.title);
  put(leaves, "connection", words.connection, called(of.connection, known.connections));
  for (const [name, value] of Object.entries(of.options ?? {})) {
    const option = options.find((one) => one.name === name);
    into(leaves, `option ${name}`, option?.title || name, value, option);
  }
  for (const [name, type] of Object.entries(of.outputs ?? {})) {
    put(leaves, `output ${name}`, words.fieldType(name), type);
  }
  put(leaves, "note", words.settings.note, of.note);
}

function calls(leaves: Leaves, at: string, name: string, call: Call | null | undefined, known: Known): void {
  put(leaves, at, name, called(call?.flow, known.helpers));
  for (const [given, value] of Object.entries(call?.with ?? {})) {
    into(leaves, `${at} ${given}`, given, value);
  }
}

// as the document has them where nothing is said
const WAIT = "1s..30s";
const ON = "429, 503";

function onError(leaves: Leaves, error: OnError, known: Known): void {
  const { settings } = words;
  const { retry, unknown, then } = error;
  put(leaves, "retry", settings.retryTimes, retry?.times);
  put(leaves, "wait", settings.retryWait, retry?.wait === WAIT ? null : retry?.wait);
  for (const [status, wait] of Object.entries(retry?.waits ?? {})) {
    put(leaves, `waits ${status}`, `${settings.retryWait} (${status})`, wait);
  }
  const on = retry?.on?.join(", ");
  put(leaves, "on", settings.retryOn, on === ON ? null : on);
  put(leaves, "unknown", settings.unknown, unknown && settings[unknown]);
  put(leaves, "then", settings.after, settings[then ?? "halt"]);
  for (const [name, value] of Object.entries(error.values ?? {})) {
    into(leaves, `error value ${name}`, `${settings.values} ${name}`, value);
  }
  calls(leaves, "error call", settings.flow, error.call, known);
}

/** A value, of an object each of its values by itself. */
function into(
  leaves: Leaves,
  at: string,
  name: string,
  value: Json,
  field?: Pick<Field, "choices" | "type" | "fields">,
): void {
  if (isObject(value) && !isCondition(value)) {
    for (const [key, inner] of Object.entries(value)) {
      const known = field?.fields?.find((one) => one.name === key);
      into(leaves, `${at} ${JSON.stringify(key)}`, `${name} › ${known?.title || key}`, inner, known);
    }
    return;
  }
  const choice = field?.choices.find((one) => sameJson(one.value as Json, value));
  const said =
    choice?.label ?? (isObject(value) ? conditionSaid(value) : shownAs(value, field?.type ?? "any"));
  put(leaves, at, name, Array.isArray(value) && value.length === 0 ? null : said);
}

function put(leaves: Leaves, at: string, name: string, value: string | number | boolean | null | undefined) {
  const said = shownAs(value, "text");
  if (said !== "") {
    leaves.set(at, { name, said });
  }
}

function called(id: string | null | undefined, among: readonly { id: string; name: string }[]) {
  return id ? among.find((one) => one.id === id)?.name || id : null;
}

function isObject(value: Json | undefined): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCondition(value: Json): boolean {
  if (!isObject(value)) {
    return false;
  }
  const keys = Object.keys(value);
  const [only = ""] = keys;
  const parts = value[only];
  return keys.length === 1 && GROUPS.some((group) => group === only) && Array.isArray(parts)
    ? parts.every(isCondition)
    : typeof value.is === "string" &&
        keys.every((key) => FIRSTS.includes(key) || key === "is" || key === "b");
}

const FIRSTS = ["a", "path", "column"];

/** A condition in one line, references as they are written. */
function conditionSaid(value: Values): string {
  for (const name of GROUPS) {
    const parts = value[name];
    if (Array.isArray(parts)) {
      return text.flow.group[name](
        parts.map((part) => {
          const said = isObject(part) ? conditionSaid(part) : shownAs(part, "any");
          return isObject(part) && GROUPS.some((group) => group in part) ? `(${said})` : said;
        }),
      );
    }
  }
  const first = FIRSTS.map((name) => value[name]).find((one) => one !== undefined);
  const second = "b" in value ? shownAs(value.b, "any") : "";
  return [shownAs(first, "any"), shownAs(value.is, "text"), second].filter((said) => said !== "").join(" ");
}
