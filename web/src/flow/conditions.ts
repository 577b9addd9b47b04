/** Conditions of branches as a short text. Pure. */
import { text } from "../text";
import type { Json, Values } from "./document";

/** A condition in words: `Body.status is 204 and level greater than 3`. */
export function conditionText(when: Values | null | undefined): string {
  if (!when) {
    return "";
  }
  for (const group of GROUPS) {
    const parts = when[group];
    if (Array.isArray(parts)) {
      return text.flow.group[group](parts.map((part) => inGroup(part as Values)));
    }
  }
  return [operand(when.a), typeof when.is === "string" ? when.is : "", "b" in when ? operand(when.b) : ""]
    .filter((part) => part !== "")
    .join(" ");
}

/** The words of groups, as the document has them. */
export const GROUPS = ["all", "any", "none"] as const;

/** A part of a group; what is a group itself stands in brackets. */
function inGroup(part: Values): string {
  const said = conditionText(part);
  return GROUPS.some((group) => Array.isArray(part[group])) ? `(${said})` : said;
}

function operand(value: Json | undefined): string {
  if (typeof value !== "string") {
    return value === undefined ? "" : JSON.stringify(value);
  }
  return value.replaceAll(/\{\{\s*(.*?)\s*\}\}/g, "$1");
}
