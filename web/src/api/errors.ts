import { text } from "../text";

/** What is wrong, and how to mend it, as the server says it. */
export interface Problem {
  code: string;
  what: string;
  mend: string;
  why?: string;
  field?: string | null;
  card?: string | null;
  severity?: string;
  /** Which sentence it is, and what that names: for who says it in other words. */
  said?: string;
  parts?: Record<string, string>;
}

/** An answer of the server that is no success. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly problems: Problem[],
  ) {
    super(problems.map((problem) => problem.what).join(" "));
    this.name = "ApiError";
  }
}

/** No answer came: the server or the way to it is gone. */
export class Unreachable extends Error {
  constructor() {
    super(text.errors.unreachable.what);
    this.name = "Unreachable";
  }
}

/** The problems in the body of an answer; one in our words if it has none (a proxy's page, say). */
export function problemsOf(body: unknown, status: number): Problem[] {
  const found = (body as { problems?: unknown } | undefined)?.problems;
  if (Array.isArray(found) && found.length > 0) {
    return (found as Problem[]).map(forPages);
  }
  return [{ code: "failed", what: text.errors.odd.what(status), mend: text.errors.odd.mend }];
}

/** A problem without the command that would do what a page of the app does, and without the parameter for what it offers. */
export function forPages<P extends { mend: string }>(problem: P): P {
  return { ...problem, mend: problem.mend.replace(LISTS, "").replace(PARAMETER, "").replace(SIGNS_IN, "") };
}

const SIGNS_IN = /, or run keyturn connections sign-in [\w-]+(?=\.)/;

const PARAMETER = / To (?:delete it|change them) all the same: \w+=true\./;

const LISTS = /:? keyturn (?:[a-z-]+ list|cards|runs pauses RUN)(?=[.,;]|$)/g;

/** What happened and what to do, for any error. */
export function explain(error: unknown): Problem[] {
  if (error instanceof ApiError) {
    const ended =
      error.status === 401 && error.problems.some((problem) => problem.code === "not-authenticated");
    return ended ? [{ code: "session-ended", ...text.errors.ended }] : error.problems;
  }
  if (error instanceof Unreachable) {
    return [{ code: "unreachable", ...text.errors.unreachable }];
  }
  const what = error instanceof Error ? error.message : String(error);
  return [{ code: "internal", what, mend: text.errors.internal.mend }];
}
