import { useQuery } from "@tanstack/react-query";
import { cardQuery } from "../flow/catalogue";
import { walk } from "../flow/document";
import { cardAt } from "./painted";
import { versionQuery } from "./run";
import type { Run } from "./runs";

/** What people call a card at a path of a run: the author's words, or the card's own; its id until that is known. */
export function useCardTitle(run: Pick<Run, "flow_id" | "version"> | undefined, path: string): string {
  const version = useQuery({
    ...versionQuery(run ?? { flow_id: "", version: 0 }),
    enabled: run !== undefined,
  });
  const id = cardAt(path);
  const card = [...walk(version.data?.flow?.cards)].find((one) => one.id === id);
  const spec = useQuery({ ...cardQuery(card?.card ?? ""), enabled: card !== undefined && !card.title });
  return card?.title || spec.data?.title || id;
}
