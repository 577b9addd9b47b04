import { useRef } from "react";
import { shapedFlow } from "../flow/shape";
import { withBodies } from "./logic/newCard";
import type { Specs } from "./logic/signature";
import type { Editing } from "./server";
import type { Opened } from "./useDesign";

/** A flow whose shape is not known here: it is not drawn, and stays as it is. */
export class OddShape {
  constructor(
    readonly document: unknown,
    /** The revision of the draft that it is; null if it is published. */
    readonly revision: number | null,
  ) {}
}

/** What is newest of a flow, and what changes follow: the draft if it changes something, else what is published. */
export function newestOf({ draft, published }: Pick<Editing, "draft" | "published">) {
  const same = draft?.same === true && published !== null;
  const source = same ? published : (draft ?? published);
  const base = (same ? null : draft?.base_version) ?? published?.version ?? 0;
  return { source, kept: { revision: draft?.revision ?? 0, base, same } };
}

/** What a designer opens with; null where there is neither a draft nor something published. */
export function openedOf(
  editing: Pick<Editing, "draft" | "published">,
  specs: Specs,
): Opened | OddShape | null {
  const { source, kept } = newestOf(editing);
  if (!source) {
    return null;
  }
  const flow = shapedFlow(source.document);
  return flow
    ? { flow: withBodies(flow, specs), ...kept, live: editing.published?.version ?? null }
    : new OddShape(source.document, editing.draft?.revision ?? null);
}

/**
 * What a flow is opened with; undefined as long as nothing is known. Whoever has it open keeps it, with all that they
 * have made, also where a later answer says that it is gone: what becomes of it is for them to say.
 */
export function useOpened(
  editing: Editing | undefined,
  specs: Specs | undefined,
): Opened | OddShape | null | undefined {
  const last = useRef<Opened | OddShape | null>(null);
  if (editing && specs) {
    last.current = openedOf(editing, specs) ?? last.current;
    return last.current;
  }
  return undefined;
}
