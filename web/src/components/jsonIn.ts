import type { Json } from "../flow/document";

/** The JSON in a text; null for no text, and no value at all if it is none. */
export function jsonIn(written: string): { value: Json } | null {
  if (written.trim() === "") {
    return { value: null };
  }
  try {
    return { value: JSON.parse(written) as Json };
  } catch {
    return null;
  }
}
