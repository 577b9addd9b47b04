/** What the options of a schedule mean. The server alone reads them: due times are not worked out twice. */
import { queryOptions } from "@tanstack/react-query";
import { api, data } from "../api/client";
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
  const shown = new Date(`${iso.slice(0, 16)}Z`); // the place's own time, whatever the browser's zone
  return shown.toLocaleString(undefined, {
    ...{ weekday: "short", day: "numeric", month: "short", year: "numeric" },
    ...{ hour: "2-digit", minute: "2-digit", timeZone: "UTC" },
  });
}
