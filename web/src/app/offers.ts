import { useEffect, useRef, useSyncExternalStore } from "react";

/** Something that the page offers which is open, for the command palette. */
export interface Offer {
  title: string;
  run(): void;
}

/** What is offered now, in the order in which it came. */
export class Offers {
  #offers: readonly Offer[] = [];
  readonly #listeners = new Set<() => void>();

  readonly now = (): readonly Offer[] => this.#offers;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Offer something; gives the way to withdraw it. */
  add(offer: Offer): () => void {
    this.#set([...this.#offers, offer]);
    return () => this.#set(this.#offers.filter((one) => one !== offer));
  }

  #set(offers: readonly Offer[]) {
    this.#offers = offers;
    for (const listener of this.#listeners) {
      listener();
    }
  }
}

const offers = new Offers();

/** Offer something in the palette as long as the page is open that does it, and while it can be done. */
export function useOffer(title: string, run: (() => void) | null): void {
  const latest = useRef(run);
  latest.current = run;
  const possible = run !== null;
  useEffect(
    () => (possible ? offers.add({ title, run: () => latest.current?.() }) : undefined),
    [title, possible],
  );
}

export function useOffers(): readonly Offer[] {
  return useSyncExternalStore(offers.subscribe, offers.now);
}
