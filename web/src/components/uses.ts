import { queryOptions } from "@tanstack/react-query";
import { api, data, type Schemas } from "../api/client";

export type Use = Schemas["UseModel"];

/** What one may want to delete. */
export interface Used {
  kind: keyof typeof readers;
  id: string;
}

const SHOWN = 50;

const readers = {
  connection: (init: Init) => api.GET("/api/v1/connections/{name}/uses", init),
  connector: (init: Init) => api.GET("/api/v1/connectors/{name}/uses", init),
  flow: (init: Init) => api.GET("/api/v1/flows/{name}/uses", init),
  folder: (init: Init) => api.GET("/api/v1/folders/{name}/uses", init),
  table: (init: Init) => api.GET("/api/v1/tables/{name}/uses", init),
};

type Init = {
  params: { path: { name: string }; query: { limit: number } };
  signal: AbortSignal;
};

/** Where something is used, by what is published and by drafts; asked anew each time. */
export function usesQuery({ kind, id }: Used) {
  return queryOptions({
    queryKey: ["uses", kind, id],
    queryFn: ({ signal }) =>
      data(readers[kind]({ params: { path: { name: id }, query: { limit: SHOWN } }, signal })),
    staleTime: 0,
    gcTime: 0,
  });
}
