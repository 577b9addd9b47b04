import type { Json } from "../../flow/document";

const ITEMS = 3;
const LETTERS = 2_000;
const NAMES = 500;

/** The beginning of a large value, which shows its shape: of each list a few items, of each text as much as one reads. */
export function beginningOf(value: Json): Json {
  if (typeof value === "string") {
    return value.length > LETTERS ? `${value.slice(0, LETTERS)}…` : value;
  }
  if (Array.isArray(value)) {
    return value.slice(0, ITEMS).map(beginningOf);
  }
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).slice(0, NAMES);
    return Object.fromEntries(entries.map(([name, inner]) => [name, beginningOf(inner)]));
  }
  return value;
}
