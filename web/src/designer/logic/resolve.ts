/** Values with samples of a run in place of their references: what a card would have been given. */
import type { Json } from "../../flow/document";
import { EVENT } from "../../flow/layout";
import { piecesOf, type Reference, referencesIn } from "./references";
import type { Sample, Samples } from "./scope";

/**
 * The value with samples in place of references; undefined where a reference alone has no sample. A reference whose
 * sample was too large to be read stays as it is written.
 */
export function resolved(value: Json | undefined, samples: Samples): Json | undefined {
  if (typeof value === "string") {
    const pieces = piecesOf(value);
    const [first] = pieces;
    if (pieces.length === 1 && first?.kind === "reference") {
      return isAway(first.reference, samples) ? first.text : sampleOf(first.reference, samples);
    }
    return pieces
      .map((piece) =>
        piece.kind === "text" || isAway(piece.reference, samples)
          ? piece.text
          : asText(sampleOf(piece.reference, samples)),
      )
      .join("");
  }
  if (Array.isArray(value)) {
    return value.map((inner) => resolved(inner, samples) ?? null);
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [name, resolved(inner, samples) ?? null]),
    );
  }
  return value;
}

/** The bytes of the largest sample that a value refers to and that is too large to show; null if there is none. */
export function tooLarge(value: Json | undefined, samples: Samples): number | null {
  return Math.max(0, ...[...referencesIn(value)].map((one) => bytesAway(one, samples))) || null;
}

/** The bytes of what a reference leads to, where that was left out of the sample; else 0. */
function bytesAway({ root, path: [name] }: Reference, samples: Samples): number {
  const { large, value } = sampleAt(root, samples) ?? {};
  const there = typeof value === "object" && value !== null && name !== undefined && name in value;
  return name === undefined || there ? 0 : (large?.[name] ?? 0);
}

function isAway(reference: Reference, samples: Samples): boolean {
  return bytesAway(reference, samples) > 0;
}

function sampleAt(root: string, samples: Samples): Sample | undefined {
  return samples.get(root === "event" ? EVENT : root);
}

function sampleOf({ root, path }: Reference, samples: Samples): Json | undefined {
  return follow(sampleAt(root, samples)?.value, path);
}

function follow(value: Json | undefined, path: readonly string[]): Json | undefined {
  const [step, ...rest] = path;
  if (step === undefined || value === undefined) {
    return value;
  }
  if (Array.isArray(value)) {
    return step === "[]"
      ? value.map((item) => follow(item, rest) ?? null)
      : follow(value.at(Number(step)), rest);
  }
  return typeof value === "object" && value !== null ? follow(value[step], rest) : undefined;
}

function asText(value: Json | undefined): string {
  if (value === undefined || value === null) {
    return "";
  }
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
