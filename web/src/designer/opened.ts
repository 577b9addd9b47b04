import { shapedFlow } from "../flow/shape";
import { withBodies } from "./logic/newCard";
import type { Specs } from "./logic/signature";
import type { readEditing } from "./server";
import type { Opened } from "./useDesign";

/** A flow whose shape is not known here: it is not drawn, and stays as it is. */
export class OddShape {
  constructor(
    readonly document: unknown,
    /** The revision of the draft that it is; null if it is published. */
    readonly revision: number | null,
  ) {}
}

/** What a designer opens with: the draft where a flow has one, else what is published; null where there is neither. */
export function openedOf(
  editing: Awaited<ReturnType<typeof readEditing>>,
  specs: Specs,
): Opened | OddShape | null {
  const { draft, published } = editing;
  const source = draft ?? published;
  if (!source) {
    return null;
  }
  const flow = shapedFlow(source.document);
  return flow
    ? {
        flow: withBodies(flow, specs),
        revision: draft?.revision ?? 0,
        base: draft?.base_version ?? published?.version ?? 0,
        live: published?.version ?? null,
      }
    : new OddShape(source.document, draft?.revision ?? null);
}
