/** Conditions of branches as a short text. Pure. */
import { text } from "../text";
import type { Json, Values } from "./document";

/** A condition in words: `Read User › status equal to 204 and level greater than 3`; cards by their titles. */
export function conditionText(
  when: Values | null | undefined,
  titles: ReadonlyMap<string, string> = new Map(),
): string {
  if (!when) {
    return "";
  }
  for (const group of GROUPS) {
    const parts = when[group];
    if (Array.isArray(parts)) {
      return text.flow.group[group](parts.map((part) => inGroup(part as Values, titles)));
    }
  }
  return [
    operand(when.a, titles),
    typeof when.is === "string" ? when.is : "",
    "b" in when ? operand(when.b, titles) : "",
  ]
    .filter((part) => part !== "")
    .join(" ");
}

/** The words of groups, as the document has them. */
export const GROUPS = ["all", "any", "none"] as const;

/** A part of a group; what is a group itself stands in brackets. */
function inGroup(part: Values, titles: ReadonlyMap<string, string>): string {
  const said = conditionText(part, titles);
  return GROUPS.some((group) => Array.isArray(part[group])) ? `(${said})` : said;
}

function operand(value: Json | undefined, titles: ReadonlyMap<string, string>): string {
  if (typeof value !== "string") {
    return value === undefined ? "" : JSON.stringify(value);
  }
  return value.replaceAll(/\{\{\s*(.*?)\s*\}\}/g, (_, written: string) => {
    const root = /^\w+/.exec(written)?.[0] ?? "";
    const title = titles.get(root);
    const way = written.slice(root.length).replace(/^\./, "");
    const first = /^[\w-]+/.exec(way)?.[0] ?? "";
    const field = titles.get(`${root}.${first}`);
    const rest = field === undefined ? way : field + way.slice(first.length);
    return title === undefined ? written : rest === "" ? title : `${title} › ${rest}`;
  });
}
