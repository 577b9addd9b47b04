/** Conditions of branches as a short text. Pure. */
import type { Json, Values } from "./document";

/** A condition in words: `Body.status is 204 and level greater than 3`. */
export function conditionText(when: Values | null | undefined): string {
  if (!when) {
    return "";
  }
  for (const [group, word] of [
    ["all", " and "],
    ["any", " or "],
  ] as const) {
    const parts = when[group];
    if (Array.isArray(parts)) {
      return parts.map((part) => conditionText(part as Values)).join(word);
    }
  }
  return [operand(when.a), typeof when.is === "string" ? when.is : "", "b" in when ? operand(when.b) : ""]
    .filter((part) => part !== "")
    .join(" ");
}

function operand(value: Json | undefined): string {
  if (typeof value !== "string") {
    return value === undefined ? "" : JSON.stringify(value);
  }
  return value.replaceAll(/\{\{\s*(.*?)\s*\}\}/g, "$1");
}
