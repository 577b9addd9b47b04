import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, data, type Schemas } from "../api/client";
import { shapedFlow } from "../flow/shape";
import { helperAtFault } from "./culprit";
import { hasEnded, type Run, type Status } from "./runs";

export type Entry = Schemas["TraceModel"];
export type Decided = Schemas["DecidedModel"];
export type Cut = Schemas["CutModel"];
export type Question = Schemas["QuestionModel"];
export type Looked = Schemas["LookModel"];
export type Proof = Schemas["ProofModel"];
export type Pause = Schemas["PauseModel"];
export type Helper = Schemas["HelperModel"];

/** Bytes of a field that come with a page; more is read when somebody wants it. */
const MOST = 3_000;
const LIVE_MS = 1_000;

export function runQuery(runId: string) {
  return queryOptions({
    queryKey: ["run", runId],
    queryFn: ({ signal }) =>
      data(api.GET("/api/v1/runs/{run_id}", { params: { path: { run_id: runId } }, signal })),
    refetchInterval: ({ state: { data: run } }) =>
      run && hasEnded(run) && (run.again === null || hasEnded(run.again)) ? false : LIVE_MS,
  });
}

/** Which helper runs of a run are wanted; what is left out means any. */
export interface HelperFilter {
  /** The card, with its round in a loop. */
  path?: string;
  /** The path of a loop that calls them. */
  loop?: string;
  status?: Status;
}

/** Helper runs that a run started itself, in the order in which they were made. */
export function helpersQuery(run: Run, wanted: HelperFilter = {}, limit = 20) {
  return infiniteQueryOptions({
    queryKey: ["run", run.id, "helpers", wanted, limit],
    queryFn: ({ pageParam, signal }) => {
      const query = { ...wanted, limit, after: pageParam };
      return data(
        api.GET("/api/v1/runs/{run_id}/helpers", { params: { path: { run_id: run.id }, query }, signal }),
      );
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    refetchInterval: hasEnded(run) ? false : LIVE_MS,
  });
}

/**
 * What cards did that stand directly in a round of a loop, or in no loop.
 *
 * @param inside - `each[17]`, or "" for no loop.
 * @param most - bytes of a field that come along.
 */
export async function traceInside(
  run_id: string,
  inside: string,
  most: number,
  signal?: AbortSignal,
): Promise<Entry[]> {
  const entries: Entry[] = [];
  let after: string | undefined;
  do {
    const params = { path: { run_id }, query: { inside, most, limit: 200, after } };
    const page = await data(api.GET("/api/v1/runs/{run_id}/trace", { params, signal: signal ?? null }));
    entries.push(...page.rows);
    after = page.next ?? undefined;
  } while (after !== undefined);
  return entries;
}

/** The path of the card at which a run failed; null if no card is to blame. */
export async function culpritOf(run_id: string, signal?: AbortSignal): Promise<string | null> {
  const params = { path: { run_id } };
  return (await data(api.GET("/api/v1/runs/{run_id}/culprit", { params, signal: signal ?? null }))).path;
}

/** The same, read anew while it runs. */
export function traceQuery(run: Run, inside: string) {
  return queryOptions({
    queryKey: ["run", run.id, "trace", inside],
    queryFn: ({ signal }) => traceInside(run.id, inside, MOST, signal),
    refetchInterval: hasEnded(run) ? false : LIVE_MS,
  });
}

/** The first of what cards did, in rounds of loops too: enough to tell which cards there are. */
export function firstTraceQuery(run: Run) {
  return queryOptions({
    queryKey: ["run", run.id, "first trace"],
    queryFn: async ({ signal }) => {
      const params = { path: { run_id: run.id }, query: { most: MOST, limit: 200 } };
      return (await data(api.GET("/api/v1/runs/{run_id}/trace", { params, signal }))).rows;
    },
    refetchInterval: hasEnded(run) ? false : LIVE_MS,
  });
}

/** Where the card stands at which a run ended in failure, in the round where it happened; null if no card is to blame. */
export function failedQuery(run: Run) {
  return queryOptions({
    queryKey: ["run", run.id, "failed"],
    queryFn: ({ signal }) => culpritOf(run.id, signal),
    enabled: run.status === "failed",
  });
}

/** Of the helper runs that a run started itself, the one that its failure came from; null where it came from none. */
export function helperAtFaultQuery(run: Run) {
  const where = helperAtFault(run);
  return queryOptions({
    queryKey: ["run", run.id, "helper at fault"],
    queryFn: async ({ signal }) => {
      for (let id = where; id !== null; ) {
        const params = { path: { run_id: id } };
        const helper: Run = await data(api.GET("/api/v1/runs/{run_id}", { params, signal }));
        if (helper.parent_id === run.id) {
          return helper;
        }
        id = helper.parent_id;
      }
      return null;
    },
    enabled: where !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** What the event gave the run. */
export function eventQuery(run: Run) {
  return queryOptions({
    queryKey: ["run", run.id, "event"],
    queryFn: ({ signal }) =>
      data(
        api.GET("/api/v1/runs/{run_id}/event", {
          params: { path: { run_id: run.id }, query: { most: MOST } },
          signal,
        }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
}

/** A published version; its flow is null where its shape is not known here. */
export function versionQuery(run: Pick<Run, "flow_id" | "version">) {
  return queryOptions({
    queryKey: ["version", run.flow_id, run.version],
    queryFn: async ({ signal }) => {
      const path = { flow_id: run.flow_id, version: run.version };
      const version = await data(
        api.GET("/api/v1/flows/{flow_id}/versions/{version}", { params: { path }, signal }),
      );
      return { ...version, flow: shapedFlow(version.document) };
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function questionsQuery(run: Run) {
  return queryOptions({
    queryKey: ["run", run.root_id, "questions"],
    queryFn: ({ signal }) =>
      data(api.GET("/api/v1/runs/{run_id}/questions", { params: { path: { run_id: run.root_id } }, signal })),
    enabled: !hasEnded(run),
    refetchInterval: hasEnded(run) ? false : 2 * LIVE_MS,
  });
}

/** What was sent before the tree of a run was cancelled, and of which nobody knows whether it happened. */
export function leftOpenQuery(run: Run) {
  return queryOptions({
    queryKey: ["run", run.root_id, "left open"],
    queryFn: ({ signal }) =>
      data(api.GET("/api/v1/runs/{run_id}/left-open", { params: { path: { run_id: run.root_id } }, signal })),
    enabled: run.status === "cancelled",
  });
}

/** What the app says now about an effect whose outcome is unknown. It is a read, made once for a look at the question. */
export function lookQuery(question: Question) {
  return queryOptions({
    // no part of the run's own answers: what is asked of an app is asked when a person wants it
    queryKey: ["look", question.run_id, question.path, question.attempt],
    queryFn: ({ signal }) =>
      data(
        api.POST("/api/v1/runs/{run_id}/look", {
          params: { path: { run_id: question.run_id } },
          body: { path: question.path, attempt: question.attempt },
          signal,
        }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
}

/** Where the tree of a run pauses until somebody resumes it. */
export function pausesQuery(run: Run) {
  return queryOptions({
    queryKey: ["run", run.root_id, "pauses"],
    queryFn: ({ signal }) =>
      data(api.GET("/api/v1/runs/{run_id}/pauses", { params: { path: { run_id: run.root_id } }, signal })),
    enabled: run.status === "waiting",
    refetchInterval: run.status === "waiting" ? 2 * LIVE_MS : false,
  });
}

/** A value that was cut, whole: read when somebody wants it. */
function wholeQuery(key: (string | number)[], read: (signal: AbortSignal) => Promise<unknown>) {
  return queryOptions({
    queryKey: ["run", ...key],
    queryFn: ({ signal }) => read(signal),
    staleTime: Number.POSITIVE_INFINITY,
    enabled: false,
  });
}

export type WholeQuery = ReturnType<typeof wholeQuery>;

/** Such a value of a card. */
export function valueQuery(entry: Entry, cut: Cut): WholeQuery {
  const key = [entry.run_id, "value", entry.path, entry.attempt, cut.part, cut.field];
  return wholeQuery(key, (signal) => {
    const part: "inputs" | "outputs" = cut.part === "inputs" ? "inputs" : "outputs";
    const query = { path: entry.path, attempt: entry.attempt, part, field: cut.field };
    const path = { run_id: entry.run_id };
    return data(api.GET("/api/v1/runs/{run_id}/value", { params: { path, query }, signal }));
  });
}

/** Such a value of the event. */
export function eventValueQuery(run: Run, field: string): WholeQuery {
  return wholeQuery([run.id, "event", field], async (signal) => {
    const path = { run_id: run.id };
    const event = await data(api.GET("/api/v1/runs/{run_id}/event", { params: { path }, signal }));
    return event.values?.[field];
  });
}
