/** Whether the server answers: set by each request, asked again and again while it does not. */
type Listener = () => void;

export class Reachability {
  private here = true;
  private readonly listeners = new Set<Listener>();

  get reachable(): boolean {
    return this.here;
  }

  answered(): void {
    this.set(true);
  }

  failed(): void {
    this.set(false);
  }

  /** Ends as soon as it does not answer. */
  gone(): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!this.here) {
          stop();
          resolve();
        }
      };
      const stop = this.subscribe(look);
      look();
    });
  }

  readonly subscribe = (listener: Listener): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  private set(here: boolean): void {
    if (here !== this.here) {
      this.here = here;
      for (const listener of this.listeners) {
        listener();
      }
    }
  }
}

export const reachability = new Reachability();
