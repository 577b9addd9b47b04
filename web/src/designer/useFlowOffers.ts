import { useOffer } from "../app/offers";
import type { Flow } from "../flow/document";
import { text } from "../text";
import { useNesting } from "./nesting";

const words = text.designer;
const PALETTE_MS = 50;

/** The flow's name, where several are open and one has to say which is meant; else null. */
export function useNameAmongSeveral(flow: Flow): string | null {
  const nest = useNesting();
  return nest.open.size > 0 ? flow.name || flow.id : null;
}

/** Offers in the palette what can be done with a flow as a whole, as long as it is the one that is worked in. */
export function useFlowOffers(flow: Flow, publish: (() => void) | null, test: () => void): void {
  const nest = useNesting();
  const name = useNameAmongSeveral(flow);
  const here = nest.active === nest.key;
  useOffer(name === null ? words.publish : words.publishOf(name), here ? publish : null);
  // the palette gives the focus back when it goes
  useOffer(name === null ? words.test : words.testOf(name), here ? () => setTimeout(test, PALETTE_MS) : null);
}
