/** Choices and fields that are loaded: from an app by way of a connection, or of Keyturn's own tables. */
import { queryOptions, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, data, type Schemas } from "../api/client";
import type { AppSource, Source } from "./logic/loading";
import { type Choices, choicesOf, columnFields, tableChoices } from "./ownChoices";

export type LoadedField = Schemas["LoadedFieldModel"];

/** Choices that are shown at once; of more one types a part of the name. */
const MOST = 100;
const KEPT_MS = 5 * 60_000;

const kept = { staleTime: KEPT_MS, gcTime: KEPT_MS, retry: false, refetchOnWindowFocus: false } as const;

/** Where nothing is loaded from. */
export const nowhere: AppSource = { of: "app", connection: "", card: "", field: "", given: [] };

/** Whether all that there is is known, so that what is not among it does not exist. */
export function isOwn(source: Source | null): boolean {
  return source !== null && source.of !== "app";
}

/** Those of tables begin as the keys of what the pages of tables have read, and are asked anew with it. */
function keyOf(source: Source) {
  switch (source.of) {
    case "app":
      return ["loaded", source.connection, source.card, source.field, source.given];
    case "tables":
      return ["tables", "choices"];
    case "columns":
      return ["table", source.table, "columns", source.unique, source.besides];
  }
}

function choices(source: AppSource, more: { search?: string; value?: string }, signal: AbortSignal) {
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

/** What is read for choices: by an app's own search, or all of Keyturn's own, in which the page searches. */
function choicesRead(source: Source, more: { search?: string; value?: string }) {
  return {
    queryKey: [...keyOf(source), ...(source.of === "app" ? Object.entries(more).flat() : [])],
    queryFn: async ({ signal }: { signal: AbortSignal }): Promise<Choices> => {
      switch (source.of) {
        case "app":
          return choices(source, more, signal);
        case "tables":
          return tableChoices(signal);
        case "columns":
          return choicesOf(await columnFields(source, signal));
      }
    },
    ...(source.of === "app" ? kept : {}),
  };
}

/** Choices in whose label a text stands. */
export function choicesQuery(source: Source, search: string) {
  const wanted = search.trim().toLowerCase();
  return queryOptions({
    ...choicesRead(source, { search }),
    select: (found): Choices =>
      source.of === "app"
        ? found
        : { ...found, rows: found.rows.filter((row) => matches(row, wanted)).slice(0, MOST) },
  });
}

function matches({ label, value }: Choices["rows"][number], wanted: string): boolean {
  return `${label} ${String(value)}`.toLowerCase().includes(wanted);
}

/** What a chosen value is called; null if there is no such thing. */
export function labelQuery(source: Source, value: string) {
  return queryOptions({
    ...choicesRead(source, { value }),
    select: ({ rows }) =>
      (source.of === "app" ? rows[0] : rows.find((row) => String(row.value) === value))?.label ?? null,
  });
}

/** The further fields of an object. */
export function fieldsQuery(source: Source) {
  return queryOptions({
    queryKey: [...keyOf(source), "fields"],
    queryFn: ({ signal }): Promise<LoadedField[]> =>
      source.of === "app"
        ? appFields(source, signal)
        : source.of === "columns"
          ? columnFields(source, signal)
          : Promise.resolve([]),
    ...(source.of === "app" ? kept : {}),
  });
}

async function appFields(source: AppSource, signal: AbortSignal): Promise<LoadedField[]> {
  const { connection, card, field, given } = source;
  const path = { connection_id: connection, card, field };
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
}

/** Have asked anew for what was loaded before; everything that shows it follows. */
export function useRefresh(source: Source | null, what: "choices" | "fields") {
  const queries = useQueryClient();
  const [busy, setBusy] = useState(false);
  async function refresh() {
    if (source === null) {
      return;
    }
    setBusy(true);
    try {
      if (source.of === "app") {
        await askAnew(source, what);
      }
    } finally {
      setBusy(false);
      // whatever came of it, those who show it ask once more and say so
      const queryKey = source.of === "app" ? ["loaded", source.connection] : keyOf(source);
      await queries.invalidateQueries({ queryKey });
    }
  }
  return { refresh, busy };
}

async function askAnew({ connection, card, field, given }: AppSource, what: "choices" | "fields") {
  const params = {
    path: { connection_id: connection, card, field },
    query: { given, limit: 1, refresh: true },
  };
  await (what === "choices"
    ? api.GET("/api/v1/connections/{connection_id}/choices/{card}/{field}", { params })
    : api.GET("/api/v1/connections/{connection_id}/fields/{card}/{field}", { params }));
}
