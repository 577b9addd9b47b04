/** Flows that are edited within each other: which one is worked in, and which helper flows are open where. */
import { type ComponentType, createContext, useCallback, useContext, useMemo, useState } from "react";

export interface FrameProps {
  card: string;
  helper: string;
}

export interface Nesting {
  /** This flow's place: its id, or the place around it and the card that calls it. */
  key: string;
  /** The flows around it, itself the last. */
  chain: readonly string[];
  /** The place that is worked in: it has the panels and the keyboard. */
  active: string;
  activate(key: string): void;
  /** Where each helper flow is open: at one place at a time, for two editors of one draft would be in each other's way. */
  open: ReadonlyMap<string, string>;
  show(flow: string, key: string | null): void;
  /** A place is gone: nobody works there any more. */
  left(key: string): void;
  /** Shows a helper flow at the card that calls it. */
  Frame: ComponentType<FrameProps>;
  list: boolean;
  /** Whether what stands beside the cards is shown. */
  aside: boolean;
  setAside(shown: boolean): void;
  side: HTMLElement | null;
  bottom: HTMLElement | null;
}

const none: Nesting = {
  key: "",
  chain: [],
  active: "",
  activate: () => {},
  open: new Map(),
  show: () => {},
  left: () => {},
  Frame: () => null,
  list: false,
  aside: true,
  setAside: () => {},
  side: null,
  bottom: null,
};
const Nest = createContext<Nesting>(none);
export const NestingProvider = Nest.Provider;
export const useNesting = () => useContext(Nest);

/** The outermost flow's. */
export function useNest(flow: string, list: boolean, Frame: ComponentType<FrameProps>) {
  const [active, activate] = useState(flow);
  const [open, setOpen] = useState<ReadonlyMap<string, string>>(new Map());
  const [aside, setAside] = useState(true);
  const [side, setSide] = useState<HTMLElement | null>(null);
  const [bottom, setBottom] = useState<HTMLElement | null>(null);
  const show = useCallback((helper: string, key: string | null) => {
    setOpen((before) => {
      const next = new Map(before);
      if (key === null) {
        next.delete(helper);
      } else {
        next.set(helper, key);
      }
      return next;
    });
  }, []);
  const left = useCallback(
    (key: string) => activate((now) => (now === key || now.startsWith(`${key}/`) ? flow : now)),
    [flow],
  );
  return useMemo(
    () => ({
      ...{ key: flow, chain: [flow], active, activate, open, show, left, Frame },
      ...{ list, aside, setAside, side, bottom, setSide, setBottom },
    }),
    [flow, active, open, show, left, Frame, list, aside, side, bottom],
  );
}

/** What a helper flow has that a card of this one calls. */
export function within(nest: Nesting, card: string, helper: string): Nesting {
  return { ...nest, key: placeOf(nest, card), chain: [...nest.chain, helper] };
}

/** The place at a card of this flow. */
export function placeOf(nest: Nesting, card: string): string {
  return `${nest.key}/${card}`;
}

/** Whether the flow that a card calls is open at it. */
export function isOpen(nest: Nesting, card: string, helper: string | undefined): helper is string {
  return helper !== undefined && nest.open.get(helper) === placeOf(nest, card);
}

/** Open the helper flow that a card calls at it, or close it; one that is around it already cannot be. */
export function toggle(nest: Nesting, card: string, helper: string): void {
  if (!nest.chain.includes(helper)) {
    nest.show(helper, isOpen(nest, card, helper) ? null : placeOf(nest, card));
  }
}
