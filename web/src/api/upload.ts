/** Sends a file and hears while it is sent: what `fetch` cannot do yet. */
import { secondValue } from "./client";
import { ApiError, problemsOf, Unreachable } from "./errors";
import { HEADER } from "./secondValue";

export interface Upload<Line> {
  /** The part of the file that was sent, from 0 to 1. */
  onSent(part: number): void;
  /** Each line of JSON of the answer, as it comes. */
  onLine(line: Line): void;
  signal: AbortSignal;
}

/**
 * Send a file to an address of the API that answers by lines of JSON.
 *
 * Raises ApiError where the server refuses it, Unreachable where the connection breaks off.
 */
export function upload<Line>(address: string, file: Blob, to: Upload<Line>): Promise<void> {
  return secondValue.sendBy(() => sendOnce(address, file, to));
}

function sendOnce<Line>(address: string, file: Blob, to: Upload<Line>): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let read = 0;
    function lines() {
      if (request.status !== 200) {
        return;
      }
      for (let end = next(); end >= 0; end = next()) {
        to.onLine(JSON.parse(request.responseText.slice(read, end)) as Line);
        read = end + 1;
      }
    }
    const next = () => request.responseText.indexOf("\n", read);
    request.open("POST", address);
    request.setRequestHeader("Content-Type", "text/csv");
    const csrf = secondValue.shown;
    if (csrf !== null) {
      request.setRequestHeader(HEADER, csrf);
    }
    request.upload.onprogress = (event) => to.onSent(event.total > 0 ? event.loaded / event.total : 1);
    request.onprogress = lines;
    request.onerror = () => reject(new Unreachable());
    request.onabort = () => reject(new DOMException("Stopped", "AbortError"));
    request.onload = () => {
      if (request.status === 200) {
        lines();
        resolve();
      } else {
        reject(new ApiError(request.status, problemsOf(parsed(request.responseText), request.status)));
      }
    };
    to.signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(file);
  });
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
