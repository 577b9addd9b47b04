import { useQuery } from "@tanstack/react-query";
import { cardQuery } from "../flow/catalogue";
import { walk } from "../flow/document";
import { cardAt } from "./painted";
import { versionQuery } from "./run";
import type { Run } from "./runs";

/** A card as people know it. */
export interface Called {
  /** The author's words, or the card's own; its id until that is known. */
  title: string;
  /** The app, or the kind of functions; empty until that is known. */
  app: string;
}

/** What people call the card at a path of a run. */
export function useCalled(run: Pick<Run, "flow_id" | "version"> | undefined, path: string): Called {
  const version = useQuery({
    ...versionQuery(run ?? { flow_id: "", version: 0 }),
    enabled: run !== undefined,
  });
  const id = cardAt(path);
  const card = [...walk(version.data?.flow?.cards)].find((one) => one.id === id);
  const spec = useQuery({ ...cardQuery(card?.card ?? ""), enabled: card !== undefined });
  return { title: card?.title || spec.data?.title || id, app: spec.data?.category ?? "" };
}
