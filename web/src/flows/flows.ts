import { infiniteQueryOptions, type QueryClient, queryOptions } from "@tanstack/react-query";
import { api, data, type Schemas } from "../api/client";

export type FlowRow = Schemas["FlowModel"];
export type DraftHead = Schemas["DraftHeadModel"];

/** What is said of flows, of folders, and of connections, tables and others that flows use, is of the past: flows have changed. */
export async function flowsHaveChanged(queries: QueryClient): Promise<void> {
  const [told, scopes] = [new Set(["flows", "drafts", "folders", "uses"]), "scopes"];
  await queries.invalidateQueries({
    predicate: ({ queryKey }) => told.has(String(queryKey[0])) || queryKey.includes(scopes),
  });
}

/** Published flows by id, page after page. */
export function flowsQuery(search: string, folder?: string) {
  return infiniteQueryOptions({
    queryKey: ["flows", search, folder],
    queryFn: ({ pageParam, signal }) => {
      const query = { search, folder, limit: 50, after: pageParam };
      return data(api.GET("/api/v1/flows", { params: { query }, signal }));
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: (before) => before,
  });
}

/** Flows that are on and do not fit any more what they call. */
export const unfitQuery = queryOptions({
  queryKey: ["flows", "unfit"],
  queryFn: async ({ signal }) => {
    const query = { unfit: true, limit: 50 };
    return (await data(api.GET("/api/v1/flows", { params: { query }, signal }))).rows;
  },
});

/** The ids of the flows that are switched off. */
export const offQuery = queryOptions({
  queryKey: ["flows", "off"],
  queryFn: async ({ signal }) => {
    const off = new Set<string>();
    let after: string | undefined;
    do {
      const query = { limit: 200, after };
      const page = await data(api.GET("/api/v1/flows", { params: { query }, signal }));
      for (const flow of page.rows.filter((one) => !one.active)) {
        off.add(flow.id);
      }
      after = page.next ?? undefined;
    } while (after !== undefined);
    return off;
  },
});

/** Drafts that fit a search, all of them: page after page until there is no more. */
export function draftsQuery(search: string) {
  return queryOptions({
    queryKey: ["drafts", search],
    queryFn: async ({ signal }) => {
      const rows: DraftHead[] = [];
      let after: string | undefined;
      do {
        const query = { search, limit: 200, after };
        const page = await data(api.GET("/api/v1/drafts", { params: { query }, signal }));
        rows.push(...page.rows);
        after = page.next ?? undefined;
      } while (after !== undefined);
      return rows;
    },
    placeholderData: (before) => before,
  });
}

/** Flows whose last runs the server tells at once. */
export const MOST_ASKED = 100;

/** A list in parts of so many. */
export function inParts<T>(list: readonly T[], most: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / most) }, (_, part) =>
    list.slice(part * most, (part + 1) * most),
  );
}

/** The last runs of some flows, helper runs too. */
export function recentRunsQuery(ids: readonly string[]) {
  return queryOptions({
    queryKey: ["runs", "recent", ids],
    queryFn: async ({ signal }) => {
      const query = { flow: [...ids], each: 12 };
      return (await data(api.GET("/api/v1/recent-runs", { params: { query }, signal }))).flows;
    },
    enabled: ids.length > 0,
    refetchInterval: 5_000,
    placeholderData: (before) => before,
  });
}

/** The record of one flow; null where it is not published. */
export function flowQuery(id: string) {
  return queryOptions({
    queryKey: ["flows", "one", id],
    queryFn: async () => {
      const params = { path: { flow_id: id } };
      return (await data(api.GET("/api/v1/flows/{flow_id}/editing", { params }))).flow;
    },
  });
}

/** The published version of a flow; 0 for none. */
export async function publishedVersion(id: string): Promise<number> {
  const params = { path: { flow_id: id } };
  return (await data(api.GET("/api/v1/flows/{flow_id}/editing", { params }))).published?.version ?? 0;
}

/** Keep a draft where there is none yet: of a new flow, or on top of a published version. */
export function createDraft(id: string, document: Record<string, unknown>, base_version = 0) {
  const body = { document: document as never, follows: 0, base_version };
  return data(api.PUT("/api/v1/flows/{flow_id}/draft", { params: { path: { flow_id: id } }, body }));
}

/** A flow as it is now: its draft where it has one, else what is published. */
export async function currentDocument(id: string, drafted: boolean): Promise<Record<string, unknown>> {
  const params = { path: { flow_id: id } };
  const found = drafted
    ? await data(api.GET("/api/v1/flows/{flow_id}/draft", { params }))
    : ((await data(api.GET("/api/v1/flows/{flow_id}", { params }))) as Schemas["VersionModel"]);
  return found.document as Record<string, unknown>;
}

/** A document as YAML. */
export async function asYaml(document: Record<string, unknown>): Promise<string | null> {
  const body = { document: document as never };
  return (await data(api.POST("/api/v1/flows/convert", { body }))).yaml ?? null;
}

/** Hand a text to the browser as a file. */
export function download(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "application/yaml" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
