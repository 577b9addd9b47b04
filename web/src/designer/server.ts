/** What the designer asks of the server. */
import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { api, data, type Schemas } from "../api/client";
import { forPages } from "../api/errors";
import type { Flow, Json } from "../flow/document";
import { EVENT } from "../flow/layout";
import { shapedFlow } from "../flow/shape";
import { type Rounds, roundPath } from "../history/painted";
import { culpritOf, traceInside } from "../history/run";
import { CONVERSION, type Found } from "./context";
import { beginningOf } from "./logic/beginning";
import { recordIn } from "./logic/record";
import { oneRound } from "./logic/roundsRun";
import type { Sample, Samples } from "./logic/scope";
import { streams } from "./logic/signature";
import { find } from "./logic/tree";

export type Draft = Schemas["DraftModel"];
export type Editing = Schemas["EditingModel"];
export type Version = Schemas["VersionModel"];
export type Trace = Schemas["TraceModel"];

const at = (flow_id: string) => ({ params: { path: { flow_id } } });

/** The flow, its current version and its draft, as far as there are any. */
export const readEditing = (id: string) => data(api.GET("/api/v1/flows/{flow_id}/editing", at(id)));
export const readPublished = async (id: string) => (await readEditing(id)).published;

/** What a designer opens with: read once, since from then on the designer knows more. */
export function openingQuery(id: string) {
  return queryOptions({
    queryKey: ["designer", id],
    queryFn: () => readEditing(id),
    staleTime: 0,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
}

/** The flow as others may have changed it. What a designer itself has changed is put in by `toldOf`. */
export function watchQuery(id: string) {
  return queryOptions({
    queryKey: ["editing", id],
    queryFn: () => readEditing(id),
    refetchInterval: 5_000,
    staleTime: 0,
  });
}

/** Have the watch know what one has changed oneself; what was asked before that is of the past. */
export async function toldOf(queries: QueryClient, id: string, change: Partial<Editing>): Promise<void> {
  const { queryKey } = watchQuery(id);
  await queries.cancelQueries({ queryKey });
  queries.setQueryData(queryKey, (before) => before && { ...before, ...change });
}

export function putDraft(flow: Flow, follows: number, base: number): Promise<Draft> {
  const body = { document: flow as never, follows, base_version: base };
  return data(api.PUT("/api/v1/flows/{flow_id}/draft", { ...at(flow.id), body }));
}

export async function deleteDraft(id: string): Promise<void> {
  await data(api.DELETE("/api/v1/flows/{flow_id}/draft", at(id)));
}

export function publishDraft(id: string, revision: number, breaksCallers: boolean) {
  const body = { revision, breaks_callers: breaksCallers };
  return data(api.POST("/api/v1/flows/{flow_id}/draft/publish", { ...at(id), body }));
}

/** What a trial acts on. */
export type Against = Schemas["Against"];

export function tryDraft(id: string, revision: number, inputs: Record<string, Json>, against: Against) {
  const body = { revision, inputs: inputs as never, against };
  return data(api.POST("/api/v1/flows/{flow_id}/draft/runs", { ...at(id), body }));
}

/** Runs among which one is looked for that began as a flow does. */
const LOOKED_AT = 100;
const OWN_LOOKED_AT = 5;

/** What the last event gave a run of this flow; of another one that begins by the same event, if there is none. */
export async function lastEvent(id: string, card: string): Promise<Record<string, Json> | null> {
  const read = async (query: { flow?: string; roots_only?: boolean; limit: number }) =>
    (await data(api.GET("/api/v1/runs", { params: { query } }))).rows;
  const own = await read({ flow: id, limit: OWN_LOOKED_AT });
  const others = (await read({ roots_only: true, limit: LOOKED_AT })).filter((run) => run.trigger === card);
  for (const run of [...own, ...others.slice(0, 1)]) {
    const params = { path: { run_id: run.id } };
    const { values } = await data(api.GET("/api/v1/runs/{run_id}/event", { params }));
    // a card that was tried alone was given nothing by an event
    if (values && Object.keys(values).length > 0) {
      return values as Record<string, Json>;
    }
  }
  return null;
}

/** One card to be tried alone: what it is given, and that it may act on the world. */
export interface Trial {
  card: string;
  inputs: Record<string, Json>;
  /** What its helper flow is given, if it calls one. */
  given: Record<string, Json>;
  confirm: boolean;
  against: Against;
}

export function tryCard(id: string, revision: number, { card, ...trial }: Trial) {
  const params = { path: { flow_id: id, card_id: card } };
  const body = { revision, ...trial } as never;
  return data(api.POST("/api/v1/flows/{flow_id}/draft/cards/{card_id}/runs", { params, body }));
}

export interface Checked {
  problems: Found[];
  /** Values that become another type, as the field says it where they stand. */
  conversions: Found[];
}

export async function check(flow: Flow, signal: AbortSignal): Promise<Checked> {
  const body = { documents: [flow as never] };
  const { problems, conversions } = await data(api.POST("/api/v1/flows/check", { body, signal }));
  return {
    problems: (problems as Found[]).map(forPages),
    // of those that may fail the checker warns
    conversions: conversions
      .filter((one) => !one.may_fail)
      .map(({ card, field, path, text }) => ({
        ...{ code: CONVERSION, severity: CONVERSION, mend: "" },
        ...{ card, field, path, what: text },
      })),
  };
}

/** Flows that others can call. */
export const helpersQuery = queryOptions({
  queryKey: ["flows", "helpers"],
  queryFn: async () => {
    const found: { id: string; name: string }[] = [];
    let after: string | undefined;
    do {
      const query = { limit: 200, after };
      const page = await data(api.GET("/api/v1/flows", { params: { query } }));
      found.push(...page.rows.filter((flow) => flow.event_card === "helper" || flow.event_card === "manual"));
      after = page.next ?? undefined;
    } while (after !== undefined);
    return found;
  },
});

/** A flow as others call it; null if it was never published. */
export function publishedQuery(id: string) {
  return queryOptions({
    queryKey: ["flows", "published", id],
    queryFn: async () => (await readPublished(id)) ?? null,
    enabled: id !== "",
  });
}

/** A version of a flow, which never changes. */
export function versionQuery(flow_id: string, version: number) {
  return queryOptions({
    queryKey: ["flows", "version", flow_id, version],
    queryFn: () =>
      data(api.GET("/api/v1/flows/{flow_id}/versions/{version}", { params: { path: { flow_id, version } } })),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** What a flow takes when it is called: the outputs of its event. */
export function interfaceQuery(id: string) {
  return queryOptions({
    queryKey: ["flows", "interface", id],
    queryFn: async () => {
      const published = await readPublished(id);
      return Object.entries(shapedFlow(published?.document)?.event.outputs ?? {});
    },
    enabled: id !== "",
  });
}

/** Bytes of a field that come along; of larger ones a card shows the beginning and the way to the rest. */
const MOST = 20_000;

/** What cards did, for samples: where rounds of loops fill a page, the first of them and all that stands in no loop. */
async function traceOf(run_id: string): Promise<Trace[]> {
  const params = { path: { run_id }, query: { limit: 200, most: MOST } };
  const first = await data(api.GET("/api/v1/runs/{run_id}/trace", { params }));
  return first.next ? [...first.rows, ...(await traceInside(run_id, "", MOST))] : first.rows;
}

/** How a run stands, and what its cards did in one round of each loop of its flow. */
export async function testRun(run_id: string, flow: Pick<Flow, "cards">, rounds: Rounds) {
  const run = await data(api.GET("/api/v1/runs/{run_id}", { params: { path: { run_id } } }));
  const failed = run.status === "failed" ? await culpritOf(run_id) : null;
  return { run, ...(await oneRound(flow, rounds, failed, (inside) => traceInside(run_id, inside, MOST))) };
}

/** Runs from which samples are taken: the last one may have tried a single card. */
const SAMPLE_RUNS = 3;

/** What cards gave in the last runs of a flow, the newest first. */
export function samplesQuery(id: string) {
  return queryOptions({
    queryKey: ["samples", id],
    queryFn: async (): Promise<Samples> => {
      const query = { flow: id, limit: SAMPLE_RUNS };
      const runs = (await data(api.GET("/api/v1/runs", { params: { query } }))).rows;
      const found = await Promise.all(
        runs.map(async ({ id }) => {
          const [trace, event] = await Promise.all([traceOf(id), eventOf(id)]);
          return { cards: [...samplesIn(trace)], event };
        }),
      );
      found.reverse();
      // a card that was tried alone had an event of its own: it hides nothing of what others gave
      const event: Sample = {
        value: Object.assign({}, ...found.map((one) => one.event.value)) as Json,
        large: Object.assign({}, ...found.map((one) => one.event.large)) as Record<string, number>,
      };
      return new Map([...found.flatMap((one) => one.cards), [EVENT, event]]);
    },
    staleTime: 30_000,
  });
}

/**
 * The first record that a card handed on in the last runs of a flow, as far as history has it: what the helper run and
 * the cards of the first round were given, by the version that ran. Null if there is none.
 */
export function recordQuery(id: string, card: string) {
  return queryOptions({
    queryKey: ["samples", id, "record", card],
    queryFn: async (): Promise<Json> => {
      const query = { flow: id, limit: SAMPLE_RUNS };
      for (const run of (await data(api.GET("/api/v1/runs", { params: { query } }))).rows) {
        const found = await recordOf(run, card);
        if (found !== undefined) {
          return found;
        }
      }
      return null;
    },
    staleTime: 30_000,
  });
}

async function recordOf(run: Schemas["RunModel"], card: string): Promise<Json | undefined> {
  const ran = await data(
    api.GET("/api/v1/flows/{flow_id}/versions/{version}", {
      params: { path: { flow_id: run.flow_id, version: run.version } },
    }),
  );
  const flow = shapedFlow(ran.document);
  const its = flow ? find(flow, card)?.card : undefined;
  if (!flow || !its || !streams(its)) {
    return undefined;
  }
  const path = { run_id: run.id };
  const round = roundPath(flow, card, {});
  if (its.call) {
    const query = { path: round, limit: 1 };
    const page = await data(api.GET("/api/v1/runs/{run_id}/helpers", { params: { path, query } }));
    const helper = page.rows[0];
    return helper && recordIn([{ written: its.call.with ?? {}, values: (await eventOf(helper.id)).value }]);
  }
  const query = { inside: round, limit: 50, most: MOST };
  const { rows } = await data(api.GET("/api/v1/runs/{run_id}/trace", { params: { path, query } }));
  return recordIn(
    rows.map((entry) => ({
      written: find(flow, entry.card_id)?.card.inputs ?? {},
      values: without(
        entry.inputs as Json,
        entry.cut.filter(({ part }) => part === "inputs"),
      ).value,
    })),
  );
}

/** What the event gave a run, as a sample; nothing where the flow keeps no data. */
async function eventOf(run_id: string): Promise<Sample> {
  const params = { path: { run_id }, query: { most: MOST } };
  const { values, cut } = await data(api.GET("/api/v1/runs/{run_id}/event", { params }));
  return without((values ?? {}) as Json, cut ?? []);
}

export function samplesIn(trace: readonly Trace[]): Samples {
  const samples = new Map<string, Sample>();
  for (const { card_id, outputs, cut, run_id: run, path, attempt } of trace) {
    const given = without(
      outputs as Json,
      cut.filter(({ part }) => part === "outputs"),
    );
    samples.set(card_id, { ...given, from: { run, path, attempt } });
  }
  return samples;
}

/** Bytes of an output up to which it is fetched to show how it begins. */
export const BEGINNING_MOST = 1_000_000;

/** The beginning of an output that was too large to come along. */
export function beginningQuery({ run, path, attempt }: NonNullable<Sample["from"]>, field: string) {
  return queryOptions({
    queryKey: ["samples", "beginning", run, path, attempt, field],
    queryFn: async ({ signal }): Promise<Json> => {
      const params = { path: { run_id: run }, query: { path, attempt, part: "outputs" as const, field } };
      return beginningOf((await data(api.GET("/api/v1/runs/{run_id}/value", { params, signal }))) as Json);
    },
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
}

/** What was given, without what was too large to come along: of that nobody may take a null for the value. */
function without(values: Json, cut: readonly { field: string; bytes: number }[]): Sample {
  const large = Object.fromEntries(cut.map(({ field, bytes }) => [field, bytes]));
  const named = typeof values === "object" && values !== null && !Array.isArray(values);
  const value = named
    ? Object.fromEntries(Object.entries(values).filter(([name]) => !(name in large)))
    : values;
  return { value, large };
}
