/** Sentences about a card: who it belongs to, how it went, what it compares. */
import type { Tone } from "../../components/StatePill";
import { GROUPS } from "../../flow/conditions";
import type { Json, Values } from "../../flow/document";
import { text } from "../../text";
import type { Titles } from "../context";
import { shownAs } from "../logic/literals";
import { piecesOf } from "../logic/references";
import type { Spec } from "../logic/signature";

const tones: Record<string, Tone> = { done: "ok", failed: "bad", waiting: "busy", unknown: "ask" };

/** The tone of what became of a card in a run. */
export function cardTone(status: string): Tone {
  return tones[status] ?? "quiet";
}

/** The app or category of a card, as a person says it. */
export function appOf(spec: Spec | undefined, key: string): string {
  return spec?.category ?? key.split(".")[0] ?? key;
}

/** A condition in one line. */
export function conditionIn(value: Json | undefined, titles: Titles): string {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return "";
  }
  for (const name of GROUPS) {
    const parts = value[name];
    if (Array.isArray(parts)) {
      return text.flow.group[name](
        parts.map((part) => (isGroup(part) ? `(${conditionIn(part, titles)})` : conditionIn(part, titles))),
      );
    }
  }
  return comparisonIn(value, titles);
}

function isGroup(value: Json): boolean {
  return typeof value === "object" && value !== null && GROUPS.some((name) => name in value);
}

function comparisonIn(value: Values, titles: Titles): string {
  const is = typeof value.is === "string" ? value.is : "equal to";
  const b = is.endsWith("empty") ? "" : ` ${plain(value.b, titles)}`;
  return `${plain(value.a, titles)} ${is}${b}`;
}

/** A value as text, references by their titles. */
export function plain(value: Json | undefined, titles: Titles): string {
  return piecesOf(shownAs(value, "any"))
    .map((piece) => {
      if (piece.kind === "text") {
        return piece.text;
      }
      const { root, path } = piece.reference;
      const last = path.length === 1 ? titles.get(`${root}.${path[0]}`) : undefined;
      return last ?? path.at(-1) ?? titles.get(root) ?? root;
    })
    .join("");
}
