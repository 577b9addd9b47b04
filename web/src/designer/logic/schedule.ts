/** The options of a schedule as a form has them: one kind is chosen, and says which of the others matter. */
import type { Json, Values } from "../../flow/document";

export const UNITS = ["minutes", "hours", "days", "weeks", "months"] as const;
export type Unit = (typeof UNITS)[number];
export type Kind = Unit | "cron";
export const WEEKDAYS = [
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
  "sunday",
] as const;
export type Weekday = (typeof WEEKDAYS)[number];

const MATTER: Record<Kind, readonly string[]> = {
  minutes: ["unit", "every"],
  hours: ["unit", "every"],
  days: ["unit", "every", "at"],
  weeks: ["unit", "every", "weekdays", "at"],
  months: ["unit", "every", "day", "at"],
  cron: ["cron"],
};
const ALWAYS: readonly string[] = ["zone", "start", "end"];
/** What a kind begins with, so that nothing is meant that cannot be seen. */
const BEGINS: Values = { at: "09:00", weekdays: ["monday"], day: 1, cron: "0 9 * * *" };

/** What the schedule goes by; null as long as it does not say, or says what is not known. */
export function kindOf(options: Values): Kind | null {
  if (given(options.cron)) {
    return "cron";
  }
  return UNITS.find((unit) => unit === options.unit) ?? null;
}

/** Whether an option has a meaning in a schedule of this kind. */
export function matters(name: string, kind: Kind | null): boolean {
  return ALWAYS.includes(name) || (kind !== null && MATTER[kind].includes(name));
}

/**
 * The options once another kind is chosen: what means nothing there is taken away, what is missing is put in, as it was
 * (``before``) or as one begins. Who chooses for the first time gets the own zone.
 */
export function ofKind(options: Values, kind: Kind, before: Values, zone: string): Values {
  const next: Values = {};
  for (const [name, value] of Object.entries(options)) {
    if (matters(name, kind) || !(name === "unit" || isTiming(name))) {
      next[name] = value;
    }
  }
  if (kind !== "cron") {
    next.unit = kind;
  }
  for (const name of MATTER[kind]) {
    // the length goes on from unit to unit, and not over cron text: 15 minutes would come back as 15 weeks
    const value = name === "every" ? undefined : (before[name] ?? BEGINS[name]);
    if (!given(next[name]) && value !== undefined) {
      next[name] = value;
    }
  }
  if (kindOf(options) === null && !given(next.zone)) {
    next.zone = zone;
  }
  return next;
}

/** Options that mean nothing in such a schedule, and keep it from being published. */
export function leftOverOptions(options: Values): string[] {
  const kind = kindOf(options);
  return Object.keys(options).filter(
    (name) => given(options[name]) && name !== "unit" && !matters(name, kind),
  );
}

/** The days that are chosen; as the server reads them where they are not given as a list of names. */
export function daysOf(value: Json | undefined, read: readonly string[]): Weekday[] {
  const said = Array.isArray(value) ? value.map((one) => String(one).toLowerCase()) : read;
  return WEEKDAYS.filter((day) => said.includes(day));
}

/** With or without a day, in the order of the week. The last one stays: a week without days is none. */
export function toggled(days: readonly Weekday[], day: Weekday): Weekday[] {
  const next = days.includes(day) ? days.filter((one) => one !== day) : [...days, day];
  return next.length > 0 ? WEEKDAYS.filter((one) => next.includes(one)) : [...days];
}

/** A time of day for a time field; null if it is none, and is shown as it was written. */
export function asTime(value: Json | undefined): string | null {
  const found = typeof value === "string" ? /^(\d{1,2}):(\d\d)$/.exec(value.trim()) : null;
  if (!given(value)) {
    return "";
  }
  return found && Number(found[1]) < 24 && Number(found[2]) < 60
    ? `${String(found[1]).padStart(2, "0")}:${found[2]}`
    : null;
}

/** An instant of the schedule's zone for a field of date and time; null if it is written otherwise. */
export function asDateTime(value: Json | undefined): string | null {
  if (!given(value)) {
    return "";
  }
  const found = typeof value === "string" ? /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d))?$/.exec(value.trim()) : null;
  return found ? `${found[1]}T${found[2] ?? "00:00"}` : null;
}

/** Time zones: the own one first, then what has none, then all by name; and one that is chosen and not known. */
export function zonesFrom(here: string, all: readonly string[], chosen: string): string[] {
  return [...new Set([here, "UTC", ...all, ...(chosen ? [chosen] : [])])];
}

/** Whether a zone is found by what was typed: a city, a continent, with or without capitals. */
export function isZoneFor(zone: string, typed: string): boolean {
  const plain = (said: string) => said.toLowerCase().replace(/[_/\s]+/g, " ");
  return plain(zone).includes(plain(typed.trim()));
}

function isTiming(name: string): boolean {
  return Object.values(MATTER).some((names) => names.includes(name));
}

function given(value: Json | undefined): boolean {
  return value !== undefined && value !== null;
}
