/** Text with references, as docs/flow-format.md has it. Pieces joined again are the text, to the character. */
import type { Json } from "../../flow/document";
import { isolated } from "../../text/isolated";

export interface Reference {
  /** As it stands between the braces. */
  written: string;
  root: string;
  /** Names and positions after the root; "[]" stands for each item of a list. */
  path: string[];
  /** The type that it asks for by "as". */
  as: string | null;
}

export type Piece =
  | { kind: "text"; text: string }
  | { kind: "reference"; text: string; reference: Reference };

// the backslashes before it say whether it is one: an odd number of them makes it plain text
const WRITTEN = /(\\*)\{\{((?:"(?:[^"\\]|\\.)*"|[^"{}]|\}(?!\}))*)\}\}/g;
const ROOT = /^[A-Za-z_][A-Za-z0-9_]*/;
const STEP = /^(?:\.([A-Za-z_][A-Za-z0-9_-]*)|\[\s*"((?:[^"\\]|\\.)*)"\s*\]|\[\s*(-?\d+)\s*\]|(\[\s*\]))/;
const BARE = /^[A-Za-z_][A-Za-z0-9_-]*$/;

/** Read what stands between the braces; null if it is no reference. */
export function readReference(inner: string): Reference | null {
  let rest = inner.trim();
  const root = ROOT.exec(rest)?.[0];
  if (root === undefined) {
    return null;
  }
  rest = rest.slice(root.length);
  const path: string[] = [];
  for (let step = STEP.exec(rest); step; step = STEP.exec(rest)) {
    path.push(step[1] ?? (step[2] === undefined ? undefined : unquoted(step[2])) ?? step[3] ?? "[]");
    rest = rest.slice(step[0].length);
  }
  const as = /^\s+as\s+(\S.*)$/s.exec(rest)?.[1] ?? null;
  return rest.trim() === "" || as !== null ? { written: inner.trim(), root, path, as } : null;
}

/** What a reference is called where people read it: the title of what it belongs to, then the way from there. */
export function nameOf(reference: Reference, titles: ReadonlyMap<string, string>): string {
  const [first, ...rest] = reference.path;
  const path = first === undefined ? [] : [titles.get(`${reference.root}.${first}`) ?? first, ...rest];
  const names = [titles.get(reference.root) ?? reference.root, ...path];
  return names.map(isolated).join(" › ").replaceAll(" › []", "[]");
}

/** A text for people: references in it by what they are called. */
export function spoken(said: string, titles: ReadonlyMap<string, string>): string {
  return withNames(said, titles, (name) => `“${name}”`);
}

/** A value as a field shows it: references in it by what they are called, as their chips have it. */
export function asShown(written: string, titles: ReadonlyMap<string, string>): string {
  return withNames(written, titles, (name) => name);
}

function withNames(
  written: string,
  titles: ReadonlyMap<string, string>,
  quote: (name: string) => string,
): string {
  return piecesOf(written)
    .map((piece) => (piece.kind === "text" ? piece.text : quote(nameOf(piece.reference, titles))))
    .join("");
}

function unquoted(text: string): string {
  return text.replace(/\\(.)/gs, "$1");
}

/** Take a text apart. */
export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const found of text.matchAll(WRITTEN)) {
    const backslashes = found[1]?.length ?? 0;
    const reference = backslashes % 2 === 0 ? readReference(found[2] ?? "") : null;
    if (reference === null) {
      continue;
    }
    const begin = found.index + backslashes;
    if (begin > at) {
      pieces.push({ kind: "text", text: text.slice(at, begin) });
    }
    at = found.index + found[0].length;
    pieces.push({ kind: "reference", text: text.slice(begin, at), reference });
  }
  if (at < text.length) {
    pieces.push({ kind: "text", text: text.slice(at) });
  }
  return pieces;
}

/** A reference as it is written in a text. */
export function write(root: string, path: readonly string[]): string {
  const steps = path.map((step) => {
    if (step === "[]") {
      return step;
    }
    return BARE.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
  });
  return `{{ ${root}${steps.join("")} }}`;
}

/** Every reference in a value, at any depth. */
export function* referencesIn(value: Json | undefined): Generator<Reference> {
  if (typeof value === "string") {
    for (const piece of piecesOf(value)) {
      if (piece.kind === "reference") {
        yield piece.reference;
      }
    }
  } else if (typeof value === "object" && value !== null) {
    for (const inner of Object.values(value)) {
      yield* referencesIn(inner);
    }
  }
}

/** The value with other roots in its references. */
export function withRoots<T extends Json | undefined>(value: T, roots: ReadonlyMap<string, string>): T {
  if (typeof value === "string") {
    return piecesOf(value)
      .map((piece) => {
        const root = piece.kind === "reference" ? roots.get(piece.reference.root) : undefined;
        return root === undefined ? piece.text : piece.text.replace(/[A-Za-z_][A-Za-z0-9_]*/, root);
      })
      .join("") as T;
  }
  if (Array.isArray(value)) {
    return value.map((inner) => withRoots(inner, roots)) as T;
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [name, withRoots(inner, roots)]),
    ) as T;
  }
  return value;
}

/** The value with the first step behind a root renamed in its references; what has none stays the same object. */
export function withField<T extends Json | undefined>(value: T, root: string, from: string, to: string): T {
  if (typeof value === "string") {
    const pieces = piecesOf(value).map((piece) =>
      piece.kind === "reference" && piece.reference.root === root && piece.reference.path[0] === from
        ? piece.text.replace(piece.reference.written, () => stepRenamed(piece.reference.written, to))
        : piece.text,
    );
    return pieces.join("") as T;
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  let same = true;
  const inner = Object.entries(value).map(([name, one]): [string, Json] => {
    const next = withField(one, root, from, to);
    same &&= next === one;
    return [name, next];
  });
  if (same) {
    return value;
  }
  return (Array.isArray(value) ? inner.map(([, one]) => one) : Object.fromEntries(inner)) as T;
}

function stepRenamed(written: string, to: string): string {
  const root = ROOT.exec(written)?.[0] ?? "";
  const rest = written.slice(root.length);
  const step = BARE.test(to) ? `.${to}` : `[${JSON.stringify(to)}]`;
  return root + step + rest.slice(STEP.exec(rest)?.[0].length ?? 0);
}
