import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, data, type Schemas } from "../api/client";
import type { Json } from "../flow/document";
import { conditionOf, type View } from "./filter";

export type Table = Schemas["TableModel"];
export type Column = Schemas["ColumnModel"];

export interface Row {
  id: string;
  values: { [name: string]: Json };
}

/** Rows that are read at once. */
export const BLOCK = 200;
/** Rows that a grid can lead to; the server counts no further either. */
export const MOST_ROWS = 1_000_000;
const LIVE_MS = 8_000;

export const tablesQuery = infiniteQueryOptions({
  queryKey: ["tables"],
  queryFn: ({ pageParam, signal }) =>
    data(api.GET("/api/v1/tables", { params: { query: { limit: 50, after: pageParam } }, signal })),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next ?? undefined,
});

const at = (id: string) => ({ params: { path: { table_id: id } } });

export function tableQuery(id: string) {
  return queryOptions({
    queryKey: ["table", id],
    queryFn: ({ signal }) => data(api.GET("/api/v1/tables/{table_id}", { ...at(id), signal })),
  });
}

/** How many rows a view has; the query's key begins as those of its blocks do. */
export function countQuery(id: string, view: View) {
  return queryOptions({
    queryKey: ["table", id, "rows", view, "count"],
    queryFn: async ({ signal }) => {
      const body = { where: conditionOf(view) as never };
      return (await data(api.POST("/api/v1/tables/{table_id}/count", { ...at(id), body, signal }))).count;
    },
    refetchInterval: LIVE_MS,
    placeholderData: keepPreviousData,
  });
}

/** Rows of a view, from the block's number on. */
export function blockQuery(id: string, view: View, block: number) {
  return queryOptions({
    queryKey: ["table", id, "rows", view, block],
    queryFn: async ({ signal }) => {
      const body = {
        where: conditionOf(view) as never,
        sort: view.sort,
        falling: view.falling,
        limit: BLOCK,
        skip: block * BLOCK,
      };
      const page = await data(api.POST("/api/v1/tables/{table_id}/search", { ...at(id), body, signal }));
      return page.rows as unknown as Row[];
    },
    refetchInterval: LIVE_MS,
    staleTime: LIVE_MS,
  });
}

/** Where the rows of a view come as a CSV file, in its order. */
export function exportAddress(id: string, view: View): string {
  const where = conditionOf(view);
  const asked = new URLSearchParams({
    ...(view.sort === null ? {} : { sort: view.sort, falling: String(view.falling) }),
    ...(where === null ? {} : { where: JSON.stringify(where) }),
  });
  return `/api/v1/tables/${encodeURIComponent(id)}/export${asked.size > 0 ? `?${asked}` : ""}`;
}

/** Make a table, or change it; columns that cards of published flows use change only if one says so. */
export function putTable(id: string, body: Schemas["TableRequest"], evenIfUsed: boolean) {
  const params = { path: { table_id: id }, query: { even_if_used: evenIfUsed } };
  return data(api.PUT("/api/v1/tables/{table_id}", { params, body }));
}

/** Make a row without values, which then has the defaults of its columns. */
export async function makeRow(table: string, id: string, values: Row["values"] = {}): Promise<Row> {
  const params = { path: { table_id: table, row_id: id } };
  const body = { values: values as never };
  return (await data(api.PUT("/api/v1/tables/{table_id}/rows/{row_id}", { params, body }))) as unknown as Row;
}

/** Change a row that must be there; gives it as it is then. */
export async function changeRow(table: string, id: string, values: Row["values"]): Promise<Row> {
  const params = { path: { table_id: table, row_id: id } };
  const body = { values: values as never };
  await data(api.PATCH("/api/v1/tables/{table_id}/rows/{row_id}", { params, body }));
  return rowOf(table, id);
}

export async function rowOf(table: string, id: string): Promise<Row> {
  const params = { path: { table_id: table, row_id: id } };
  return (await data(api.GET("/api/v1/tables/{table_id}/rows/{row_id}", { params }))) as unknown as Row;
}

export async function deleteRows(table: string, ids: Iterable<string>): Promise<number> {
  let count = 0;
  for (const id of ids) {
    const params = { path: { table_id: table, row_id: id } };
    count += (await data(api.DELETE("/api/v1/tables/{table_id}/rows/{row_id}", { params }))).deleted ? 1 : 0;
  }
  return count;
}
