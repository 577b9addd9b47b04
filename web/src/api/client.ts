/** The one way to the server: typed by its own description, errors as a type, writes with the session's second value. */
import createClient, { type Middleware } from "openapi-fetch";
import { ApiError, problemsOf, Unreachable } from "./errors";
import { reachability } from "./reachability";
import type { components, paths } from "./schema";

export type Schemas = components["schemas"];

let csrf: string | null = null;

/** Writes of this page show this value from now on. */
export function showCsrf(value: string | null | undefined): void {
  csrf = value ?? null;
}

/** The value that writes show; null where nobody is signed in. */
export function shownCsrf(): string | null {
  return csrf;
}

type OnEnded = () => void;
let onEnded: OnEnded = () => {};

/** Called when the server says that the session has ended. */
export function whenSessionEnds(listener: OnEnded): void {
  onEnded = listener;
}

const guard: Middleware = {
  onRequest({ request }) {
    if (csrf !== null && request.method !== "GET") {
      request.headers.set("Keyturn-CSRF", csrf);
    }
    return request;
  },
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

const client = createClient<paths>({ baseUrl: typeof window === "undefined" ? "" : window.location.origin });
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
