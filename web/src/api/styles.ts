/** Style sheets that are loaded on demand and did not come: who asked for them once believes that they are there. */
export class Styles {
  private readonly lost = new Set<HTMLLinkElement>();
  private readonly coming = new Set<Promise<void>>();

  /** Notes from now on which do not come. (Of one that failed a browser may have an empty sheet, so that this alone tells.) */
  constructor(page: Document) {
    page.addEventListener("error", ({ target }) => this.failed(target), { capture: true });
  }

  private failed(target: EventTarget | null): void {
    if (target instanceof HTMLLinkElement && target.relList.contains("stylesheet")) {
      this.lost.add(target);
    }
  }

  /** Ask for them again, and wait for all that were asked for. One that fails once more is lost again. */
  async mend(): Promise<void> {
    for (const link of this.lost) {
      this.lost.delete(link);
      if (link.isConnected) {
        const again = link.cloneNode() as HTMLLinkElement;
        const ended = new Promise<void>((resolve) => {
          again.addEventListener("load", () => resolve());
          again.addEventListener("error", () => resolve());
        });
        this.coming.add(ended);
        void ended.then(() => this.coming.delete(ended));
        link.replaceWith(again);
      }
    }
    await Promise.all(this.coming);
  }
}
