/** Requests and answers as the history has them. */
import type { Entry } from "./run";

export interface Body {
  /** Null for what is no text, as a file is: nothing could be masked in it, so it is not kept. */
  text: string | null;
  length: number;
  cut: boolean;
}

/** A request and its answer as they were recorded, masked (keyturn.http.recording). */
export interface Exchange {
  method: string;
  url: string;
  request_headers: [string, string][];
  request_body: Body | null;
  status: number | null;
  reason: string | null;
  response_headers: [string, string][] | null;
  response_body: Body | null;
  /** Where the answer came from after so many redirects; older runs do not tell. */
  final_url?: string;
  hops?: number;
  elapsed_ms: number;
  error: string | null;
  /** When it was sent; older runs do not tell. */
  at?: string;
}

export function exchangesOf(entry: Entry): Exchange[] {
  return entry.exchanges as unknown as Exchange[];
}
