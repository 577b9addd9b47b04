/** What goes wrong in the sandbox: read, said and written. Pure. */
import type { Schemas } from "../api/client";
import { text } from "../text";
import type { TenantName } from "./company";

const words = text.sandbox;
const SHOWN = 60;

export type Fault = Schemas["FaultModel"];

const MOST_SECONDS = 3600;

/**
 * Which fault somebody asks for; requests is what stands in the field, an empty number means every time, and as long as
 * usual.
 */
export interface Wanted {
  tenant: TenantName;
  kind: string;
  requests: string;
  times: string;
  seconds: string;
}

/** What a tenant does wrong with each request; empty for nothing. What is wrong with some only is no part of it. */
export function wholeFault(on: readonly Fault[], tenant: TenantName): Fault | undefined {
  return on.find((fault) => fault.tenant === tenant && fault.operation === "" && fault.times === null);
}

/** The operations that have all these words, the shortest first; no more than can be looked through. */
export function findOperations(all: readonly string[], typed: string): { shown: string[]; more: number } {
  const wanted = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const found = all.filter((one) => wanted.every((word) => one.toLowerCase().includes(word)));
  const sorted = wanted.length ? found.toSorted((one, other) => one.length - other.length) : found;
  return { shown: sorted.slice(0, SHOWN), more: Math.max(0, found.length - SHOWN) };
}

/** How a fault writes which requests it is for: one of the operations by its name, anything else as a part. */
export function operationOf(requests: string, all: readonly string[]): string {
  const said = requests.trim();
  return all.includes(said) ? `=${said}` : said;
}

/** Whether the text is part of no operation: then it is met only by what stands in a request's own path. */
export function isInNone(requests: string, all: readonly string[]): boolean {
  const said = requests.trim();
  return said !== "" && all.length > 0 && !all.some((one) => one.includes(said));
}

/** A number of requests, null for all of them, undefined for what is none. */
export function timesOf(typed: string): number | null | undefined {
  const said = typed.trim();
  if (said === "") {
    return null;
  }
  return /^[1-9][0-9]{0,5}$/.test(said) ? Number(said) : undefined;
}

/** Whether one may say of a fault how long it takes, or is to be waited. */
export function isTimed({ tenant, kind }: Pick<Wanted, "tenant" | "kind">): boolean {
  return kind === "slow" || (tenant !== "mail" && (kind === "429" || kind === "503"));
}

/** How long; null for as long as usual, undefined for what is no such number. */
export function secondsOf(wanted: Wanted): number | null | undefined {
  const seconds = isTimed(wanted) ? timesOf(wanted.seconds) : null;
  return typeof seconds === "number" && seconds > MOST_SECONDS ? undefined : seconds;
}

/** The fault as the sandbox takes it; undefined while a number of it is none. */
export function written(wanted: Wanted, all: readonly string[]): string | undefined {
  const times = timesOf(wanted.times);
  const seconds = secondsOf(wanted);
  if (times === undefined || seconds === undefined) {
    return undefined;
  }
  const operation = operationOf(wanted.requests, all);
  const long = seconds === null ? "" : `=${seconds}`;
  return `${wanted.tenant}:${wanted.kind}${long}${times === null ? "" : `x${times}`}${operation ? `@${operation}` : ""}`;
}

/** A fault in a sentence. */
export function sentence({ tenant, kind, times, operation, seconds }: Omit<Fault, "fault" | "met">): string {
  const app = words.tenants[tenant as TenantName] ?? tenant;
  const of = operation.startsWith("=") ? operation.slice(1) : "";
  const which = of
    ? words.faulty.requestsOf(times, of)
    : operation
      ? words.faulty.requestsWith(times, operation)
      : words.faulty.requests(times);
  const said = words.faulty.does[kind];
  return said ? said(app, which, seconds ?? null) : words.faulty.doesOther(app, which, kind);
}

/** How many requests have met it. */
export function metSo({ times, met }: Pick<Fault, "times" | "met">): string {
  return times !== null && met >= times ? words.faulty.over(met) : words.faulty.met(met);
}
