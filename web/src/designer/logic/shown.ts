/** A text with references as people read it, and the part of two texts in which they differ. */
import { text } from "../../text";
import { nameOf, piecesOf } from "./references";

/** What is shown of it: plain text, and what references are called. */
export type Shown = readonly { chip: boolean; said: string }[];

export function shown(said: string, titles: ReadonlyMap<string, string>): Shown {
  return piecesOf(said).map((piece) => {
    if (piece.kind === "text") {
      return { chip: false, said: piece.text };
    }
    const { as } = piece.reference;
    return { chip: true, said: nameOf(piece.reference, titles) + (as ? ` ${text.flow.as} ${as}` : "") };
  });
}

/** Of what two texts have in common, this much stays on each side of what differs. */
const AROUND = 30;
const LONGEST = 240;

/** The two texts without most of what they have in common at both ends; a reference is never cut. */
export function narrowed(one: string, other: string): [string, string] {
  const most = Math.min(one.length, other.length);
  let head = 0;
  while (head < most && one[head] === other[head]) {
    head += 1;
  }
  let tail = 0;
  while (tail < most - head && one.at(-1 - tail) === other.at(-1 - tail)) {
    tail += 1;
  }
  const inner = (said: string) => {
    const from = head > 2 * AROUND ? bounds(said, head - AROUND)[0] : 0;
    const to = tail > 2 * AROUND ? bounds(said, said.length - tail + AROUND)[1] : said.length;
    return cut(`${from > 0 ? "…" : ""}${said.slice(from, to)}${to < said.length ? "…" : ""}`);
  };
  return [inner(one), inner(other)];
}

/** The beginning of a text that is too long to be shown whole. */
export function cut(said: string, longest = LONGEST): string {
  return said.length > longest ? `${said.slice(0, bounds(said, longest)[0])}…` : said;
}

/** A place in a text, before and behind the reference that it is within; twice the place itself where it is in none. */
function bounds(said: string, place: number): [number, number] {
  let at = 0;
  for (const piece of piecesOf(said)) {
    const end = at + piece.text.length;
    if (piece.kind === "reference" && at < place && place < end) {
      return [at, end];
    }
    at = end;
  }
  return [place, place];
}
