/** What a person gives a trial of a flow: a field for each value of its event, and for each that is known in an object. */
import type { Flow, Json, Values } from "../../flow/document";
import { readAs, shownAs } from "./literals";
import { referencesIn } from "./references";
import type { Output } from "./signature";

export interface TestInput {
  /** Tells the fields apart. */
  key: string;
  /** The value's name, and the names on the way into it where it is a part of an object. */
  path: readonly [string, ...string[]];
  title: string;
  type: string;
  /** Whether the flow uses it, or something that it is a part of. */
  used: boolean;
}

/** What was typed, by the keys of the fields. */
export type Typed = Readonly<Record<string, string>>;

type Told = Omit<TestInput, "used">;

/** A field for each; those that the flow uses come first. */
export function testInputs(outputs: readonly Output[], flow: Pick<Flow, "cards" | "about">): TestInput[] {
  const wanted = [...referencesIn([flow.cards ?? [], flow.about ?? null] as unknown as Json)]
    .filter(({ root }) => root === "event")
    .map(({ path }) => path);
  const found = outputs
    .flatMap(({ name, title, type, inside }): Told[] =>
      type === "object" && inside && inside.length > 0
        ? inside.map((way) => ({
            key: JSON.stringify([name, ...way]),
            path: [name, ...way],
            title: `${title}: ${way.join(" › ")}`,
            type: "any",
          }))
        : [{ key: JSON.stringify([name]), path: [name], title, type }],
    )
    .map((input) => ({ ...input, used: wanted.some((path) => meets(path, input.path)) }));
  return [...found.filter((input) => input.used), ...found.filter((input) => !input.used)];
}

/** Whether one is the way to the other, or to a part of it. */
function meets(one: readonly string[], other: readonly string[]): boolean {
  return one.slice(0, other.length).every((name, at) => name === other[at]);
}

/** The values that the typed texts stand for; what is empty is not given. */
export function givenIn(inputs: readonly TestInput[], typed: Typed): Values {
  const given: Values = {};
  for (const { key, path, type } of inputs) {
    const [name, ...way] = path;
    const value = readAs(typed[key] ?? "", type);
    if (value === undefined) {
      continue;
    }
    given[name] = withIn(given[name], way, value);
  }
  return given;
}

/** The texts that stand for values which an event gave. */
export function typedFrom(inputs: readonly TestInput[], values: Values): Typed {
  return Object.fromEntries(
    inputs.map(({ key, path: [name, ...way], type }) => {
      const value = way.reduce((holder: Json | undefined, part) => objectOf(holder)[part], values[name]);
      return [key, shownAs(value, type)];
    }),
  );
}

function withIn(holder: Json | undefined, [first, ...rest]: readonly string[], value: Json): Json {
  if (first === undefined) {
    return value;
  }
  const known = objectOf(holder);
  return { ...known, [first]: withIn(known[first], rest, value) };
}

function objectOf(value: Json | undefined): Values {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
}

/** What a typed text should have been and is not yet; "one" is a text that becomes a list of one. Null where nothing is to be said. */
export function notYet(typed: string, type: string): "list" | "object" | "one" | null {
  const wanted = type.startsWith("list of") ? "list" : type === "object" ? "object" : null;
  if (wanted === null || typed.trim() === "" || [...referencesIn(typed)].length > 0) {
    return null;
  }
  const value = readAs(typed, type);
  const found = Array.isArray(value) ? "list" : typeof value === "object" ? "object" : null;
  if (found === wanted) {
    return null;
  }
  return wanted === "list" && !/^\s*[[{]/.test(typed) ? "one" : wanted;
}
