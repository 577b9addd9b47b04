import { queryOptions } from "@tanstack/react-query";
import { api, data } from "../api/client";
import type { Spec } from "./logic/signature";

/** Every card of this installation. It changes with the installation only, so that it is asked for once. */
export const cardListQuery = queryOptions({
  queryKey: ["cards", "all"],
  queryFn: async ({ signal }): Promise<Spec[]> => {
    const found: Spec[] = [];
    let after: string | undefined;
    do {
      const query = { limit: 200, after };
      const page = await data(api.GET("/api/v1/cards", { params: { query }, signal }));
      found.push(...page.rows);
      after = page.next ?? undefined;
    } while (after !== undefined);
    return found;
  },
  staleTime: Number.POSITIVE_INFINITY,
});

/** The connections that there are. */
export const connectionListQuery = queryOptions({
  queryKey: ["connections", "all"],
  queryFn: async ({ signal }) => {
    const query = { limit: 200 };
    return (await data(api.GET("/api/v1/connections", { params: { query }, signal }))).rows;
  },
});
