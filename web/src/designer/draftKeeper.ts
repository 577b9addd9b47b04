/** Saves a draft as it is made: after a pause, one request at a time, again and again while the server is away or
 * nobody is signed in. */
import { ApiError } from "../api/errors";
import type { Flow } from "../flow/document";

export interface Kept {
  revision: number;
  base: number;
  /** The draft on the server says what that version says: nothing of it is to be published. */
  same?: boolean | undefined;
}

export type DraftStatus = "same" | "saved" | "waiting" | "saving" | "away" | "ended" | "changed" | "refused";

export interface DraftView extends Kept {
  status: DraftStatus;
  error: unknown;
}

export interface KeeperPorts {
  put(flow: Flow, follows: number, base: number): Promise<{ revision: number; same?: boolean }>;
  /** Call back after some milliseconds; the answer takes it back. */
  later(ms: number, what: () => void): () => void;
}

const PAUSE_MS = 700;
const AGAIN_MS = 3_000;
const OVERTAKEN = "draft-changed";

export class DraftKeeper {
  private view: DraftView;
  private wanted: Flow | null = null;
  private sending: Promise<void> | null = null;
  private stopTimer: () => void = () => {};
  private held = false;
  private readonly listeners = new Set<() => void>();

  constructor(
    kept: Kept,
    private saved: Flow,
    private readonly ports: KeeperPorts,
  ) {
    this.view = { ...kept, status: standing(kept), error: null };
  }

  readonly snapshot = (): DraftView => this.view;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** The document is this now. */
  change(flow: Flow): void {
    if (flow === (this.wanted ?? this.saved)) {
      return;
    }
    this.wanted = flow;
    if (this.view.status !== "changed") {
      this.show({ status: "waiting" });
      this.schedule(PAUSE_MS);
    }
  }

  /** Save now what is not saved; the revision that then stands for it. Throws what the server said. */
  async flush(): Promise<number> {
    this.stopTimer();
    await this.sending;
    // what somebody else has changed meanwhile would be refused again
    if (this.wanted !== null && this.view.status !== "changed") {
      await this.send();
    }
    if (this.wanted !== null) {
      throw this.view.error;
    }
    return this.view.revision;
  }

  /** Save what is not saved and publish it; the version, or null if nothing came of it. What is typed meanwhile waits,
   * and is then a new draft that follows this version. Where somebody else has changed the draft nothing is published,
   * and it says so. Throws what the server said otherwise. */
  async publish(publishing: (revision: number) => Promise<number | null>): Promise<number | null> {
    try {
      const revision = await this.flush();
      return await this.apart(async () => {
        const version = await publishing(revision);
        this.isPublished(version);
        return version;
      });
    } catch (error) {
      if (!isOvertaken(error)) {
        throw error;
      }
      // as if it had been refused when it was saved: what others made is looked at before anything goes on
      this.stopTimer();
      this.wanted ??= this.saved;
      this.show({ status: "changed", error });
      return null;
    }
  }

  /** Do something with the draft on the server: nothing is saved until that has its answer. */
  async apart<T>(what: () => Promise<T>): Promise<T> {
    const done = what();
    const over = () => undefined;
    this.sending = done.then(over, over).finally(() => {
      this.sending = null;
      if (this.wanted !== null && this.view.status === "waiting") {
        this.schedule(0);
      }
    });
    return done;
  }

  private isPublished(version: number | null): void {
    if (version !== null) {
      const status = this.wanted === null ? "same" : "waiting";
      this.show({ revision: 0, base: version, same: false, status, error: null });
    }
  }

  /** What the server has, as far as is known here. */
  get last(): Flow {
    return this.saved;
  }

  /** What is here now would go over what others have made: it waits until somebody says what becomes of it. */
  hold(said: string): void {
    if (!this.held) {
      this.held = true;
      this.stopTimer();
      this.wanted ??= this.saved;
      this.show({ status: "changed", error: new Error(said) });
    }
  }

  /** Nothing of others is in danger any more, or somebody has said that it may go. */
  release(): void {
    if (this.held) {
      this.held = false;
      if (this.wanted === this.saved) {
        this.wanted = null;
        this.show({ status: standing(this.view), error: null });
      } else {
        this.show({ status: "waiting", error: null });
        this.schedule(0);
      }
    }
  }

  /** What the server has now, seen by the person: from here on changes follow it. */
  adopt(kept: Kept, flow: Flow): void {
    this.stopTimer();
    this.held = false;
    this.saved = flow;
    this.wanted = null;
    this.show({ same: false, ...kept, status: standing(kept), error: null });
  }

  /** What changes are to replace when they are published. */
  follow(base: number): void {
    this.wanted ??= this.saved;
    this.show({ base, status: "waiting" });
    this.schedule(0);
  }

  /** The draft or the flow is gone: of a draft what is here is all there is, until somebody says what becomes of it. */
  lost(said: string): void {
    this.stopTimer();
    if (this.view.revision > 0) {
      this.wanted ??= this.saved;
    }
    this.show({ status: "changed", error: new Error(said) });
  }

  /** The draft is gone: what is here is kept as a new one, on top of a version; 0 where the flow is gone too. */
  anew(base: number): void {
    this.wanted ??= this.saved;
    this.show({ revision: 0, base, status: "waiting", error: null });
    this.schedule(0);
  }

  /** Whether it waits for an answer of the server: what others have done is then not known for sure. */
  get busy(): boolean {
    return this.sending !== null;
  }

  get unsaved(): boolean {
    return this.wanted !== null;
  }

  private schedule(ms: number): void {
    this.stopTimer();
    this.stopTimer = this.ports.later(ms, () => void this.send());
  }

  private async send(): Promise<void> {
    if (this.sending) {
      return this.sending;
    }
    this.sending = this.sendAll().finally(() => {
      this.sending = null;
    });
    return this.sending;
  }

  private async sendAll(): Promise<void> {
    while (this.wanted !== null && !this.held) {
      const flow = this.wanted;
      this.show({ status: "saving" });
      try {
        const { revision, same } = await this.ports.put(flow, this.view.revision, this.view.base);
        this.saved = flow;
        if (this.wanted === flow) {
          this.wanted = null;
        }
        if (this.held) {
          this.show({ revision, same }); // it came in between
        } else {
          const status = this.wanted === null ? standing({ ...this.view, revision, same }) : "waiting";
          this.show({ revision, same, status, error: null });
        }
      } catch (error) {
        this.failed(error);
        return;
      }
    }
  }

  private failed(error: unknown): void {
    const status = error instanceof ApiError ? error.status : 0;
    if (this.held && status !== 409) {
      return; // what is here now waits for a person anyway
    }
    if (status === 409) {
      this.show({ status: "changed", error });
    } else if (status === 0 || status === 401 || status >= 500) {
      this.show({ status: status === 401 ? "ended" : "away", error });
      this.schedule(AGAIN_MS);
    } else {
      this.show({ status: "refused", error });
    }
  }

  private show(change: Partial<DraftView>): void {
    const next = { ...this.view, ...change };
    const { status, error, revision, base } = this.view;
    // each key is a change that waits: only the first of them is news
    if (next.status === status && next.error === error && next.revision === revision && next.base === base) {
      return;
    }
    this.view = next;
    for (const listener of this.listeners) {
      listener();
    }
  }
}

/** How a draft stands of which all is saved. */
function standing({ revision, same }: Omit<Kept, "base">): DraftStatus {
  return revision === 0 || same ? "same" : "saved";
}

/** Whether somebody else has changed the draft meanwhile. */
function isOvertaken(error: unknown): boolean {
  return error instanceof ApiError && error.problems.some(({ code }) => code === OVERTAKEN);
}
