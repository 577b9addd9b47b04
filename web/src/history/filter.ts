import { type RunFilter, type Status, statuses } from "./runs";

/** What the history shows, as it stands in the page's address: a link to it shows the same to others. */
export interface HistorySearch {
  flow?: string;
  status?: Status;
  about?: string;
  text?: string;
  /** A span that ends now, or a day (2026-11-25). */
  when?: string;
  /** Runs that only try something are left out. */
  trials?: "no";
  /** Runs that were run again since are left out. */
  again?: "no";
}

export const spans = { hour: 60, day: 24 * 60, week: 7 * 24 * 60 } as const;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** The filter in an address; what is not understood is left out. */
export function filterIn(search: Record<string, unknown>): HistorySearch {
  const words = (name: string) => {
    const value = search[name];
    return typeof value === "string" && value.trim() !== "" ? value : undefined;
  };
  const status = statuses.find((one) => one === search.status);
  const when = words("when");
  const known = when !== undefined && (when in spans || DAY.test(when));
  const found = {
    flow: words("flow"),
    status,
    about: words("about"),
    text: words("text"),
    when: known ? when : undefined,
    trials: search.trials === "no" ? ("no" as const) : undefined,
    again: search.again === "no" ? ("no" as const) : undefined,
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

/**
 * What is asked of the server.
 *
 * @param now - the time, to the minute: it is part of the question, which would else be a new one each time.
 */
export function asked(search: HistorySearch, now: Date): RunFilter {
  const { when, trials, again, ...others } = search;
  const rest: RunFilter = {
    ...others,
    ...(trials === "no" ? { trials: false } : {}),
    ...(again === "no" ? { run_again: false } : {}),
  };
  if (when === undefined) {
    return rest;
  }
  if (DAY.test(when)) {
    const begin = new Date(`${when}T00:00:00`);
    const end = new Date(begin);
    end.setDate(end.getDate() + 1);
    return Number.isNaN(begin.getTime())
      ? rest
      : { ...rest, since: begin.toISOString(), until: end.toISOString() };
  }
  const minutes = spans[when as keyof typeof spans];
  const since = new Date(Math.floor(now.getTime() / 60_000) * 60_000 - minutes * 60_000);
  return { ...rest, since: since.toISOString() };
}
