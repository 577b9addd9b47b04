import { useQuery } from "@tanstack/react-query";
import { api, data } from "../api/client";

/** How many runs wait for a person; 100 stands for more. */
export function useWaitingCount(): number {
  const waiting = useQuery({
    queryKey: ["runs", "waiting for a person"],
    queryFn: async ({ signal }) => {
      const query = { status: "needs attention" as const, roots_only: true, limit: 100 };
      return (await data(api.GET("/api/v1/runs", { params: { query }, signal }))).rows.length;
    },
    refetchInterval: 15_000,
  });
  return waiting.data ?? 0;
}
