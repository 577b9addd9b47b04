/** What a person gives a trial of a flow: a field for each value of its event, and for each that is known in an object. */
import type { Json, Values } from "../../flow/document";
import { readAs, shownAs } from "./literals";
import type { Output } from "./signature";

export interface TestInput {
  /** Tells the fields apart. */
  key: string;
  /** The value's name, and the names on the way into it where it is a part of an object. */
  path: readonly [string, ...string[]];
  title: string;
  type: string;
}

/** What was typed, by the keys of the fields. */
export type Typed = Readonly<Record<string, string>>;

export function testInputs(outputs: readonly Output[]): TestInput[] {
  return outputs.flatMap(({ name, title, type, inside }): TestInput[] =>
    type === "object" && inside && inside.length > 0
      ? inside.map((way) => ({
          key: JSON.stringify([name, ...way]),
          path: [name, ...way],
          title: `${title}: ${way.join(" › ")}`,
          type: "any",
        }))
      : [{ key: JSON.stringify([name]), path: [name], title, type }],
  );
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
