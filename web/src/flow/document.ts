/** The flow document as the server gives it (JSON); docs/flow-format.md explains each word. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type Values = { [name: string]: Json };

export interface Call {
  flow: string;
  with?: Values;
}

export interface Retry {
  times: number;
  wait?: string;
  on?: (number | string)[];
  waits?: Record<string, string>;
}

export interface OnError {
  retry?: Retry | null;
  unknown?: "ask" | "repeat";
  then?: "halt" | "return" | "call" | "continue";
  values?: Values;
  call?: Call | null;
}

export interface Branch {
  when?: Values | null;
  otherwise?: true | null;
  try?: true | null;
  catch?: true | null;
  /** The name of a lane that goes together with others. */
  lane?: string | null;
  cards?: Card[];
  set?: Values;
}

export interface Card {
  id: string;
  title?: string | null;
  card: string;
  connection?: string | null;
  options?: Values;
  inputs?: Values;
  outputs?: Record<string, string>;
  branches?: Branch[];
  call?: Call | null;
  do?: Card[];
  on_error?: OnError | null;
  note?: string | null;
}

export interface FlowEvent {
  card: string;
  title?: string | null;
  connection?: string | null;
  options?: Values;
  outputs?: Record<string, string>;
  note?: string | null;
}

export interface Flow {
  id: string;
  name: string;
  about?: string | null;
  note?: string | null;
  save_data?: boolean;
  limits?: { at_once?: number | null } | null;
  event: FlowEvent;
  cards?: Card[];
}

/** Every card, in document order, those in branches and loop bodies included. */
export function* walk(cards: readonly Card[] | undefined): Generator<Card> {
  for (const card of cards ?? []) {
    yield card;
    for (const branch of card.branches ?? []) {
      yield* walk(branch.cards);
    }
    yield* walk(card.do);
  }
}

/** Whether a card has room for cards inside it; in the designer a loop's body may still be empty. */
export function isFrame(card: Card): boolean {
  return (card.branches?.length ?? 0) > 0 || card.do !== undefined;
}
