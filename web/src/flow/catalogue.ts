import { useQueries } from "@tanstack/react-query";
import { api, data, type Schemas } from "../api/client";

export type CardSpec = Schemas["CardModel"];

/** What a card is; null if this installation does not have it (any more). */
export function cardQuery(key: string) {
  return {
    queryKey: ["card", key] as const,
    // asked for among all: that there is none is an answer, and no error
    queryFn: async (): Promise<CardSpec | null> =>
      (await data(api.GET("/api/v1/cards", { params: { query: { key: [key] } } }))).rows[0] ?? null,
    staleTime: Number.POSITIVE_INFINITY,
  };
}

/** The declarations of these cards, as far as they are there. */
export function useCards(keys: readonly string[]): ReadonlyMap<string, CardSpec> {
  const unique = [...new Set(keys)].sort();
  return useQueries({
    queries: unique.map(cardQuery),
    combine: (results) => {
      const found = new Map<string, CardSpec>();
      for (const [index, key] of unique.entries()) {
        const spec = results[index]?.data;
        if (spec) {
          found.set(key, spec);
        }
      }
      return found;
    },
  });
}
