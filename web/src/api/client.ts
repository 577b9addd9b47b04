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

const HEADER = "Keyturn-CSRF";

/** Writes on their way, as they can be sent once more. */
const sent = new Map<string, Request>();

const guard: Middleware = {
  onRequest({ request, id }) {
    if (csrf !== null && request.method !== "GET") {
      request.headers.set(HEADER, csrf);
      sent.set(id, request.clone());
    }
    return request;
  },
  async onResponse({ response, id }) {
    reachability.answered();
    const request = sent.get(id);
    sent.delete(id);
    if (request && response.status === 403 && (await anotherSession(request, response))) {
      return fetch(request);
    }
    if (response.status === 401) {
      onEnded();
    }
    return undefined;
  },
  onError({ error, id }) {
    sent.delete(id);
    if (error instanceof DOMException && error.name === "AbortError") {
      return error;
    }
    reachability.failed();
    return new Unreachable();
  },
};

/**
 * Whether a write was refused for showing the value of a session that this browser has no more: somebody signed in anew
 * beside this page. It then shows the new one's.
 */
async function anotherSession(request: Request, response: Response): Promise<boolean> {
  const [problem] = problemsOf(
    await response
      .clone()
      .json()
      .catch(() => null),
    response.status,
  );
  if (problem?.code !== "forged-write") {
    return false;
  }
  const session = await fetch("/session").then(
    (answer) => answer.json() as Promise<{ csrf?: string | null }>,
  );
  if (!session.csrf || session.csrf === request.headers.get(HEADER)) {
    return false;
  }
  showCsrf(session.csrf);
  request.headers.set(HEADER, session.csrf);
  return true;
}

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
