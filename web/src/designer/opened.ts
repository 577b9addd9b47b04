import { flowOf } from "../flow/document";
import { withBodies } from "./logic/newCard";
import type { Specs } from "./logic/signature";
import type { readEditing } from "./server";
import type { Opened } from "./useDesign";

/** What a designer opens with: the draft where a flow has one, else what is published; null where there is neither. */
export function openedOf(editing: Awaited<ReturnType<typeof readEditing>>, specs: Specs): Opened | null {
  const { draft, published } = editing;
  const source = draft ?? published;
  return source
    ? {
        flow: withBodies(flowOf(source.document), specs),
        revision: draft?.revision ?? 0,
        base: draft?.base_version ?? published?.version ?? 0,
        live: published?.version ?? null,
      }
    : null;
}
