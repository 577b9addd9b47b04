/** Does one thing after the other, in the order in which they were wanted. */
export class Turns {
  private waiting = 0;
  private last: Promise<unknown> = Promise.resolve();

  /** Whether something waits or is being done. */
  get busy(): boolean {
    return this.waiting > 0;
  }

  /** Do it when all before it is done, however that ended. */
  take<T>(what: () => Promise<T>): Promise<T> {
    this.waiting += 1;
    const mine = this.last.then(what).finally(() => {
      this.waiting -= 1;
    });
    this.last = mine.catch(() => undefined);
    return mine;
  }

  /** Ends when nothing is left, also of what was wanted meanwhile. */
  async idle(): Promise<void> {
    while (this.busy) {
      await this.last;
    }
  }
}
