/** Tells which edits are one step of Undo: typing on in one place, without a pause and without leaving it meanwhile. */

/** After so many milliseconds without a key somebody has paused. */
const PAUSE_MS = 1_000;

export class TypingOn {
  private stretch = 0;
  private last = Number.NEGATIVE_INFINITY;

  constructor(private readonly now: () => number) {}

  /** Somebody has left the place, or pressed something: what comes is a step of its own. */
  readonly rest = (): void => {
    this.stretch += 1;
  };

  /** The key of a step for an edit in a place, which it shares with those that it goes on from. */
  step(place: string): string {
    const now = this.now();
    if (now - this.last > PAUSE_MS) {
      this.rest();
    }
    this.last = now;
    return `${place} ${this.stretch}`;
  }
}
