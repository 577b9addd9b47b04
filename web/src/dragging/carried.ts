/** What is dragged, and what a place says of it. */
import type { Data } from "@dnd-kit/core";

/** The flow that a card or a value comes from: what lies in another has no use for it. */
export type Owner = object;

export interface CarriedCard {
  kind: "card";
  owner: Owner;
  name: string;
  id: string;
}

export type Carried =
  | CarriedCard
  | { kind: "value"; owner: Owner; name: string; written: string }
  | { kind: "flow"; name: string; flow: string; drafted: boolean }
  | { kind: "folder"; name: string; folder: string };

export interface Point {
  x: number;
  y: number;
}

/** A place where something can be put down. */
export interface DropPlace {
  /** Whether this can be put here at all. */
  takes(carried: Carried): boolean;
  /** Whether it is here already: nothing happens then. */
  idle?(carried: Carried): boolean;
  /** Whether it comes from where it has to stay: that is told where the pointer is right over this place. */
  foreign?(carried: Carried): boolean;
  /** Why it must not be put here, in one sentence; null if it may. */
  refuses?(carried: Carried): string | null;
  /** Where this is, in words: "before Compose". */
  words(): string;
  /** Whether it is meant from beside it too: the nearest of these counts. */
  wide?: boolean;
  /** Put it here; the point is where the pointer was, null by keyboard. */
  drop(carried: Carried, at: Point | null): void;
}

/** What dnd-kit keeps with the thing that is dragged. */
export function carriedIn(data: { current?: Data | undefined } | undefined): Carried | null {
  return (data?.current?.carried as Carried | undefined) ?? null;
}

/** What dnd-kit keeps with a place. */
export function placeIn(data: { current?: Data | undefined } | undefined): DropPlace | null {
  return (data?.current?.place as DropPlace | undefined) ?? null;
}
