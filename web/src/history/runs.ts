import { infiniteQueryOptions, keepPreviousData } from "@tanstack/react-query";
import { api, data, type Schemas } from "../api/client";
import { text } from "../text";

export type Run = Schemas["RunModel"];
export type Again = Schemas["AgainModel"];
export type ListedRun = Schemas["ListedRun"];
export type Status = NonNullable<Schemas["RunStatus"]>;

/** Which runs are wanted; what is left out means any. */
export interface RunFilter {
  flow?: string;
  status?: Status;
  about?: string;
  text?: string;
  since?: string;
  until?: string;
  trials?: boolean;
  run_again?: boolean;
}

export const statuses: Status[] = [
  "queued",
  "running",
  "waiting",
  "succeeded",
  "stopped",
  "failed",
  "cancelled",
  "needs attention",
];

const ended = new Set<string>(["succeeded", "stopped", "failed", "cancelled"]);

export function hasEnded(run: Pick<Run, "status">): boolean {
  return ended.has(run.status);
}

/** Whether a run has been run again by one that does its work, or has done it. */
export function isRunAgain(again: Again | null | undefined): boolean {
  return again !== null && again !== undefined && again.status !== "cancelled";
}

/** Whether a run tries a draft: its version was never published. */
export function isTrial(run: Pick<Run, "trigger">): boolean {
  return run.trigger === "trial";
}

/** Which version of its flow ran. Numbers are for those that were published. */
export function saidVersion(run: Pick<Run, "trigger" | "version">): string {
  return isTrial(run) ? text.run.triedDraft : text.run.version(run.version);
}

/** Root runs, or all runs of a flow (a helper flow has no others), newest first, page after page; the pages that are shown are asked for again every few seconds. */
export function runsQuery(filter: RunFilter, limit = 50) {
  return infiniteQueryOptions({
    queryKey: ["runs", filter, limit],
    queryFn: ({ pageParam, signal }) => {
      const query = { ...filter, roots_only: filter.flow === undefined, limit, after: pageParam };
      return data(api.GET("/api/v1/runs", { params: { query }, signal }));
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    refetchInterval: 3_000,
    placeholderData: keepPreviousData,
  });
}
