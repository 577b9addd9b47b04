/** What a person types into a field, and the value that it stands for. */
import type { Json } from "../../flow/document";
import { piecesOf } from "./references";

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** How a field of a type is read: as text, as a single value, or as JSON. */
export function styleOf(type: string): "text" | "single" | "json" {
  if (type.startsWith("list of") || type === "object" || type === "file") {
    return "json";
  }
  return type === "text" || type === "secret" || type === "datetime" ? "text" : "single";
}

/** The text that shows a value in a field. */
export function shownAs(value: Json | undefined, type: string): string {
  if (value === undefined || value === null) {
    return "";
  }
  if (typeof value === "string") {
    return styleOf(type) === "single" && type === "any" && meansOther(value) ? JSON.stringify(value) : value;
  }
  return typeof value === "object" ? JSON.stringify(value, null, 1).replace(/\n\s*/g, " ") : String(value);
}

/** Whether a text, typed as it is, would be read as something else. */
function meansOther(text: string): boolean {
  return typeof single(text) !== "string" || /^".*"$/s.test(text);
}

/** The value that a typed text stands for; undefined for an empty field. */
export function readAs(text: string, type: string): Json | undefined {
  if (text === "") {
    return undefined;
  }
  const style = styleOf(type);
  if (style === "text") {
    return text;
  }
  if (style === "single") {
    return type === "any" ? anything(text) : single(text.trim());
  }
  return parsed(text);
}

/**
 * Whether a text in a field stands for a value: it is how the value is shown, or is read as it. Somebody who types 1.05
 * passes 1.0, which is the number 1: it is not to become "1" below the fingers.
 */
export function stands(text: string, value: Json | undefined, type: string): boolean {
  return text === shownAs(value, type) || sameJson(readAs(text, type), value);
}

/** Whether two values are the same, objects with their fields in the same order. */
export function sameJson(one: Json | undefined, other: Json | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function single(text: string): Json {
  if (NUMBER.test(text)) {
    const number = Number(text);
    // digits that a number of the browser cannot hold stay text, and the server converts them
    return Number.isSafeInteger(number) || (text.includes(".") && Number.isFinite(number)) ? number : text;
  }
  return text === "true" ? true : text === "false" ? false : text;
}

function anything(text: string): Json {
  const trimmed = text.trim();
  if (/^".*"$/s.test(trimmed) || /^[[{]/.test(trimmed)) {
    return parsed(text);
  }
  return single(trimmed) === trimmed ? text : single(trimmed);
}

/** JSON where it is; else the text, of which the checker says that it does not fit. */
function parsed(text: string): Json {
  const pieces = piecesOf(text.trim());
  if (pieces.length === 1 && pieces[0]?.kind === "reference") {
    return text.trim();
  }
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
