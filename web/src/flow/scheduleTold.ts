/** What the options of a schedule mean. The server alone reads them: due times are not worked out twice. */
import { queryOptions } from "@tanstack/react-query";
import { api, data } from "../api/client";
import { dueTime } from "../components/format";
import type { Values } from "./document";

export const SCHEDULE = "schedule";
const TIMES = 5;
const AGAIN_AFTER_MS = 60_000;

/** A schedule in words, with the next times that it is due from now on. */
export function scheduleQuery(options: Values) {
  return queryOptions({
    queryKey: ["schedule told", options],
    queryFn: ({ signal }) => {
      const body = { options: options as never, times: TIMES };
      return data(api.POST("/api/v1/schedules/preview", { body, signal }));
    },
    staleTime: AGAIN_AFTER_MS,
    refetchInterval: AGAIN_AFTER_MS,
  });
}

/** A time with its offset as the clocks of its place show it: "Mon, 30 Nov 2026, 09:30". */
export function wallTime(iso: string): string {
  return dueTime(`${iso.slice(0, 16)}Z`, "UTC"); // the place's own time, whatever the browser's zone
}
