/** Choices and fields that the server loads from an app by way of a connection. */
import { queryOptions, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, data, type Schemas } from "../api/client";
import type { Source } from "./logic/loading";

export type LoadedField = Schemas["LoadedFieldModel"];

/** Choices that are shown at once; of more one types a part of the name. */
const MOST = 100;
const KEPT_MS = 5 * 60_000;

const kept = { staleTime: KEPT_MS, gcTime: KEPT_MS, retry: false, refetchOnWindowFocus: false } as const;

const keyOf = ({ connection, card, field, given }: Source) => ["loaded", connection, card, field, given];

function choices(source: Source, more: { search?: string; value?: string }, signal: AbortSignal) {
  const { connection, card, field, given } = source;
  const path = { connection_id: connection, card, field };
  const query = { given, limit: MOST, ...more };
  return data(
    api.GET("/api/v1/connections/{connection_id}/choices/{card}/{field}", {
      params: { path, query },
      signal,
    }),
  );
}

/** Choices in whose label a text stands. */
export function choicesQuery(source: Source, search: string) {
  return queryOptions({
    queryKey: [...keyOf(source), "search", search],
    queryFn: ({ signal }) => choices(source, { search }, signal),
    ...kept,
  });
}

/** What a chosen value is called; null if the app has no such thing. */
export function labelQuery(source: Source, value: string) {
  return queryOptions({
    queryKey: [...keyOf(source), "value", value],
    queryFn: async ({ signal }) => (await choices(source, { value }, signal)).rows[0]?.label ?? null,
    ...kept,
  });
}

/** The further fields of an object. */
export function fieldsQuery(source: Source) {
  const { connection, card, field, given } = source;
  const path = { connection_id: connection, card, field };
  return queryOptions({
    queryKey: [...keyOf(source), "fields"],
    queryFn: async ({ signal }): Promise<LoadedField[]> => {
      const found: LoadedField[] = [];
      let after: string | undefined;
      do {
        const query = { given, limit: 200, after };
        const page = await data(
          api.GET("/api/v1/connections/{connection_id}/fields/{card}/{field}", {
            params: { path, query },
            signal,
          }),
        );
        found.push(...page.rows);
        after = page.next ?? undefined;
      } while (after !== undefined);
      return found;
    },
    ...kept,
  });
}

/** Have the app asked anew for what was loaded before; everything that shows it follows. */
export function useRefresh(source: Source | null, what: "choices" | "fields") {
  const queries = useQueryClient();
  const [busy, setBusy] = useState(false);
  async function refresh() {
    if (source === null) {
      return;
    }
    const { connection, card, field, given } = source;
    const params = {
      path: { connection_id: connection, card, field },
      query: { given, limit: 1, refresh: true },
    };
    setBusy(true);
    try {
      await (what === "choices"
        ? api.GET("/api/v1/connections/{connection_id}/choices/{card}/{field}", { params })
        : api.GET("/api/v1/connections/{connection_id}/fields/{card}/{field}", { params }));
    } finally {
      setBusy(false);
      // whatever came of it, those who show it ask once more and say so
      await queries.invalidateQueries({ queryKey: ["loaded", connection] });
    }
  }
  return { refresh, busy };
}
