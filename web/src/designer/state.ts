/** What a designer holds: the document through time, what is chosen, what is folded. Pure, so that it can be tested. */
import type { Card, Flow } from "../flow/document";
import { EVENT } from "../flow/layout";
import { begin, redo, step, type Timeline, undo } from "./logic/timeline";
import { change, find } from "./logic/tree";

export interface DesignState {
  line: Timeline<Flow>;
  /** A card's id, or EVENT. */
  selected: string | null;
  folded: ReadonlySet<string>;
}

export type Action =
  | { do: "edit"; by: (flow: Flow) => Flow; key?: string | undefined; select?: string | undefined }
  | { do: "begin"; flow: Flow }
  | { do: "select"; id: string | null }
  | { do: "fold"; id: string; folded?: boolean }
  | { do: "undo" }
  | { do: "redo" };

export function opening(flow: Flow): DesignState {
  return { line: begin(flow), selected: EVENT, folded: new Set() };
}

export function reduce(state: DesignState, action: Action): DesignState {
  switch (action.do) {
    case "edit": {
      const line = step(state.line, action.by(state.line.present), action.key ?? null);
      return withSelection({ ...state, line, selected: action.select ?? state.selected });
    }
    case "begin": // somebody else's: nobody here can undo what was before it
      return withSelection({ ...state, line: begin(action.flow) });
    case "select":
      return state.selected === action.id ? state : { ...state, selected: action.id };
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
    case "undo":
      return withSelection({ ...state, line: undo(state.line) });
    case "redo":
      return withSelection({ ...state, line: redo(state.line) });
  }
}

/** A card that is gone is not chosen any more. */
function withSelection(state: DesignState): DesignState {
  const { selected, line } = state;
  if (selected === null || selected === EVENT || find(line.present, selected)) {
    return state;
  }
  return { ...state, selected: EVENT };
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
