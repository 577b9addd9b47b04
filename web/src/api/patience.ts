/** Asks whether a server that keeps somebody waiting is still there, and spares one that is not. */
import { Unreachable } from "./errors";
import type { Reachability } from "./reachability";

/** How long a request waits for its answer until it is asked whether the server answers at all. */
const SILENT_MS = 5_000;
/** How long the answer to that may take. */
const PROBE_MS = 5_000;
const PROBE = "/healthz";

type Fetch = (request: Request) => Promise<Response>;

interface PatiencePorts {
  fetch: Fetch;
  /** Call back after some milliseconds; the answer takes it back. */
  later(ms: number, what: () => void): () => void;
}

/**
 * Sends requests. An answer may take long, since apps may be asked for it: that alone says nothing. A server which then
 * does not even say that it is well does not answer, as one that is gone. While it is away, reading waits for it
 * to be back, and only the question whether it is goes out.
 */
export class Patience {
  private probing: Promise<void> | null = null;

  constructor(
    private readonly reachability: Reachability,
    private readonly origin: string,
    private readonly ports: PatiencePorts,
  ) {}

  readonly send: Fetch = async (request) => {
    if (new URL(request.url).pathname === PROBE) {
      return this.ports.fetch(this.inTime(request));
    }
    if (request.method === "GET" && !this.reachability.reachable) {
      throw new Unreachable();
    }
    const answered = this.ports.later(SILENT_MS, () => void this.probe());
    try {
      return await this.ports.fetch(request);
    } finally {
      answered();
    }
  };

  /** Ask whether it is well; one question at a time. */
  private probe(): Promise<void> {
    this.probing ??= this.ask().finally(() => {
      this.probing = null;
    });
    return this.probing;
  }

  private async ask(): Promise<void> {
    try {
      await this.ports.fetch(this.inTime(new Request(`${this.origin}${PROBE}`)));
    } catch {
      this.reachability.failed();
    }
  }

  private inTime(request: Request): Request {
    return new Request(request, { signal: AbortSignal.any([request.signal, AbortSignal.timeout(PROBE_MS)]) });
  }
}
