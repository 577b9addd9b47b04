import { useQueries } from "@tanstack/react-query";
import { useMemo } from "react";
import { api, data } from "../api/client";
import { type Flow, walk } from "../flow/document";
import { flowQuery } from "../flows/flows";
import type { Names } from "./Chosen";

/** What the helper flows and connections of a flow are called; those that are gone have no name. */
export function useNames(flow: Flow): Omit<Names, "titles"> {
  const [called, used] = useMemo(() => {
    const cards = [...walk(flow.cards)];
    const connections = [flow.event.connection, ...cards.map((card) => card.connection)];
    return [unique(cards.map((card) => card.call?.flow)), unique(connections)];
  }, [flow]);
  const flows = useQueries({
    queries: called.map((id) => ({ ...flowQuery(id), retry: false })),
    combine: (found) => named(called, found),
  });
  const connections = useQueries({
    queries: used.map(connectionQuery),
    combine: (found) => named(used, found),
  });
  return { flows, connections };
}

function connectionQuery(id: string) {
  return {
    queryKey: ["connection", id, "name"] as const,
    queryFn: () =>
      data(api.GET("/api/v1/connections/{connection_id}", { params: { path: { connection_id: id } } })),
    staleTime: 60_000,
    retry: false,
  };
}

function named(
  ids: readonly string[],
  found: readonly { data?: { name: string } | null | undefined }[],
): ReadonlyMap<string, string> {
  return new Map(
    ids.flatMap((id, at): [string, string][] => {
      const name = found[at]?.data?.name;
      return name ? [[id, name]] : [];
    }),
  );
}

function unique(ids: readonly (string | null | undefined)[]): string[] {
  return [...new Set(ids.filter((id): id is string => Boolean(id)))];
}
