/** The record that a round of a card that hands on records saw, as far as what the round was given tells it. */
import type { Json, Values } from "../../flow/document";
import { piecesOf } from "./references";

/** What a card or a helper flow was given: as it is written in the flow, and the values that a run had for it. */
export interface GivenValues {
  written: Values;
  values: Json;
}

/**
 * History keeps no record by itself. It has what was made of the first one: where a value is a reference to the record
 * and nothing else, that is the record, or a field of it.
 */
export function recordIn(given: readonly GivenValues[]): Json | undefined {
  let whole: Json | undefined;
  const fields: Values = {};
  for (const { written, values } of given) {
    for (const [name, text] of Object.entries(written)) {
      const path = recordPath(text);
      const value = objectOf(values)?.[name];
      if (path === null || value === undefined) {
        continue;
      }
      if (path.length === 0) {
        whole = value;
      } else {
        put(fields, path, value);
      }
    }
  }
  return whole ?? (Object.keys(fields).length > 0 ? fields : undefined);
}

/** The names on the way into the record; null where it is no such reference, or leads through a list. */
function recordPath(text: Json): string[] | null {
  const [piece, ...rest] = typeof text === "string" ? piecesOf(text) : [];
  if (piece?.kind !== "reference" || rest.length > 0 || piece.reference.root !== "record") {
    return null;
  }
  // what asks for another type has it
  const { path, as } = piece.reference;
  return as === null && path.every((step) => step !== "[]" && !/^-?\d+$/.test(step)) ? path : null;
}

function put(into: Values, [name, ...rest]: readonly string[], value: Json): void {
  if (name === undefined) {
    return;
  }
  if (rest.length === 0) {
    into[name] = value;
    return;
  }
  const inner: Values = { ...objectOf(into[name]) };
  put(inner, rest, value);
  into[name] = inner;
}

function objectOf(value: Json | undefined): Values | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
}
