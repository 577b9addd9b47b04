/** The one way to the server: typed by its own description, errors as a type, writes with the session's second value. */
import createClient, { type Middleware } from "openapi-fetch";
import { ApiError, problemsOf, Unreachable } from "./errors";
import { Patience } from "./patience";
import { reachability } from "./reachability";
import type { components, paths } from "./schema";
import { SecondValue } from "./secondValue";

export type Schemas = components["schemas"];

const origin = typeof window === "undefined" ? "" : window.location.origin;

const patience = new Patience(reachability, origin, {
  fetch: (request) => fetch(request),
  later: (ms, what) => {
    const timer = setTimeout(what, ms);
    return () => clearTimeout(timer);
  },
});

/** The second value of the session of this page. */
export const secondValue = new SecondValue(origin, { fetch: patience.send });

type OnEnded = () => void;
let onEnded: OnEnded = () => {};

/** Called when the server says that the session has ended. */
export function whenSessionEnds(listener: OnEnded): void {
  onEnded = listener;
}

const guard: Middleware = {
  onResponse({ response }) {
    reachability.answered();
    if (response.status === 401) {
      onEnded();
    }
    return undefined;
  },
  onError({ error }) {
    if (error instanceof DOMException && error.name === "AbortError") {
      return error;
    }
    reachability.failed();
    return new Unreachable();
  },
};

const client = createClient<paths>({ baseUrl: origin, fetch: secondValue.send });
client.use(guard);

export const api = client;

/** The data of an answer. Throws ApiError with the server's problems, or Unreachable. */
export async function data<T>(
  answer: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<T> {
  const { data: found, error, response } = await answer;
  if (!response.ok) {
    throw new ApiError(response.status, problemsOf(error, response.status));
  }
  return found as T;
}
