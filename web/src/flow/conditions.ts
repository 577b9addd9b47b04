/** Conditions of branches as a short text. Pure. */
import type { Json, Values } from "./document";

/** A condition in words: `Body.status is 204 and level greater than 3`. */
export function conditionText(when: Values | null | undefined): string {
  if (!when) {
    return "";
  }
  for (const [group, word] of groups) {
    const parts = when[group];
    if (Array.isArray(parts)) {
      const said = parts.map((part) => inGroup(part as Values)).join(word);
      return group === "none" ? `none of: ${said}` : said;
    }
  }
  return [operand(when.a), typeof when.is === "string" ? when.is : "", "b" in when ? operand(when.b) : ""]
    .filter((part) => part !== "")
    .join(" ");
}

const groups = [
  ["all", " and "],
  ["any", " or "],
  ["none", " or "],
] as const;

/** A part of a group; what is a group itself stands in brackets. */
function inGroup(part: Values): string {
  const said = conditionText(part);
  return groups.some(([group]) => Array.isArray(part[group])) ? `(${said})` : said;
}

function operand(value: Json | undefined): string {
  if (typeof value !== "string") {
    return value === undefined ? "" : JSON.stringify(value);
  }
  return value.replaceAll(/\{\{\s*(.*?)\s*\}\}/g, "$1");
}
