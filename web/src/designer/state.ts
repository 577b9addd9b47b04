/** What a designer holds: the document through time, what is chosen, what is folded. Pure, so that it can be tested. */
import { type Card, type Flow, walk } from "../flow/document";
import { EVENT } from "../flow/layout";
import { chosenIn } from "./logic/chosen";
import { begin, redo, step, type Timeline, undo } from "./logic/timeline";
import { cardsAt, change, find } from "./logic/tree";

export interface DesignState {
  line: Timeline<Flow>;
  /** A card's id, or EVENT. */
  selected: string | null;
  /** Where several neighbours are chosen, the card at the other end of them. */
  anchor: string | null;
  folded: ReadonlySet<string>;
  /** What came from others, by the flow as it then stood here. */
  taken: ReadonlyMap<Flow, Taken>;
  /** Of that, what is not in what stands here: it was undone. */
  undone: (Taken & { after: Flow }) | null;
}

/** What others have made, since when. */
export interface Taken {
  base: Flow;
  theirs: Flow;
}

export type Action =
  | {
      do: "edit";
      by: (flow: Flow) => Flow;
      key?: string | undefined;
      select?: string | undefined;
      anchor?: string | undefined;
      taken?: Taken | undefined;
    }
  /** With ``reach`` all between it and what was chosen before is chosen too. */
  | { do: "select"; id: string | null; reach?: boolean }
  | { do: "fold"; id: string; folded?: boolean }
  /** What was undone of others may go. */
  | { do: "insist" }
  | { do: "undo" }
  | { do: "redo" };

export function opening(flow: Flow): DesignState {
  const none = { taken: new Map(), undone: null };
  return { line: begin(flow), selected: EVENT, anchor: null, folded: new Set(), ...none };
}

export function reduce(state: DesignState, action: Action): DesignState {
  const next = reduced(state, action);
  return next.undone?.after === next.line.present ? { ...next, undone: null } : next;
}

function reduced(state: DesignState, action: Action): DesignState {
  switch (action.do) {
    case "edit": {
      const line = step(state.line, action.by(state.line.present), action.key ?? null);
      const { select, anchor, taken } = action;
      const others = taken
        ? { taken: new Map(state.taken).set(line.present, taken), undone: null }
        : { taken: state.taken };
      const one = anchor === undefined || anchor === select;
      const chosen = select === undefined ? {} : { selected: select, anchor: one ? null : anchor };
      return withSelection({ ...state, line, ...others, ...chosen }, state.line.present);
    }
    case "select": {
      const { id: selected } = action;
      const anchor = action.reach ? anchorFor(state, selected) : null;
      return state.selected === selected && state.anchor === anchor ? state : { ...state, selected, anchor };
    }
    case "fold": {
      const folded = new Set(state.folded);
      const fold = action.folded ?? !folded.has(action.id);
      if (fold) {
        folded.add(action.id);
      } else {
        folded.delete(action.id);
      }
      return { ...state, folded };
    }
    case "insist":
      return { ...state, undone: null };
    case "undo": {
      const after = state.line.present;
      const of = state.line.past.length > 0 ? state.taken.get(after) : undefined;
      const undone = of ? { ...of, after } : state.undone;
      return withReturned({ ...state, undone }, undo(state.line));
    }
    case "redo":
      return withReturned(state, redo(state.line));
  }
}

/** What came back is chosen: that is what one looks for. */
function withReturned(state: DesignState, line: Timeline<Flow>): DesignState {
  const before = new Set([...walk(state.line.present.cards)].map((card) => card.id));
  const back = [...walk(line.present.cards)].find((card) => !before.has(card.id));
  return back
    ? { ...state, line, selected: back.id, anchor: null }
    : withSelection({ ...state, line }, state.line.present);
}

/** A card that is gone is not chosen any more, but what stands where it stood in the flow as it was. */
function withSelection(state: DesignState, was: Flow): DesignState {
  const { selected, anchor, line } = state;
  const there = (id: string | null) => id === null || id === EVENT || find(line.present, id) !== null;
  if (selected !== null && !there(selected)) {
    return { ...state, selected: besideIn(was, selected, there), anchor: null };
  }
  return there(anchor) ? state : { ...state, anchor: null };
}

/** The nearest card before one that is still there, or else the one around it; the event if there is none. */
function besideIn(flow: Flow, id: string, there: (id: string) => boolean): string {
  const found = find(flow, id);
  if (found === null) {
    return EVENT;
  }
  const { place, index } = found;
  const before = cardsAt(flow, place).slice(0, index);
  const near = before.findLast((card) => there(card.id))?.id ?? place.parent;
  return near === null ? EVENT : there(near) ? near : besideIn(flow, near, there);
}

/** Where a choice that reaches to a card began; null if that card is chosen alone. */
function anchorFor({ anchor, selected, line }: DesignState, to: string | null): string | null {
  const began = anchor ?? selected;
  return chosenIn(line.present, began, to).length > 1 ? began : null;
}

/** The edit of one card. */
export function editing(id: string, by: (card: Card) => Card): (flow: Flow) => Flow {
  return (flow) => change(flow, id, by);
}

/** An object without a key, or with another value for it; undefined takes the key away. */
export function put<T extends object, K extends keyof T>(object: T, key: K, value: T[K] | undefined): T {
  const next = { ...object };
  if (value === undefined) {
    delete next[key];
  } else {
    next[key] = value;
  }
  return next;
}
