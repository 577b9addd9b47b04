import { QueryClient } from "@tanstack/react-query";
import { whenSessionEnds } from "../api/client";
import { ApiError } from "../api/errors";
import { reachability } from "../api/reachability";
import { sessionQuery } from "../api/session";

/** The cache of what the server said. */
export function makeQueries(): QueryClient {
  const queries = new QueryClient({
    defaultOptions: {
      queries: {
        // an answer that says no is an answer; only silence is worth another try
        retry: (count, error) => !(error instanceof ApiError && error.status < 500) && count < 2,
        staleTime: 2_000,
        networkMode: "always",
      },
      mutations: { networkMode: "always" },
    },
  });
  whenSessionEnds(() => void queries.invalidateQueries({ queryKey: sessionQuery.queryKey }));
  let was = true;
  reachability.subscribe(() => {
    if (reachability.reachable && !was) {
      void queries.invalidateQueries();
    }
    was = reachability.reachable;
  });
  return queries;
}
