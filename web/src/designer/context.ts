/** What the parts of a designer share. The api never changes, so that typing in one card renders that card alone. */
import { createContext, type RefObject, useContext } from "react";
import type { Schemas } from "../api/client";
import type { Problem } from "../api/errors";
import type { Card, Flow, Json } from "../flow/document";
import type { Place } from "../flow/layout";
import type { Spec, Specs } from "./logic/signature";

/** A field that takes a reference: the one that was last in focus. */
export interface InsertTarget {
  card: string;
  /** The branch whose values it belongs to, where it sees that branch's cards. */
  lane: number | null;
  /** Whether it is on the page yet. */
  there(): boolean;
  insert(written: string): void;
  focus(): void;
}

export interface DesignerApi {
  flow(): Flow;
  /** Choose a card with it, or all from one to ``anchor``. */
  edit(by: (flow: Flow) => Flow, key?: string, select?: string, anchor?: string): void;
  editCard(id: string, by: (card: Card) => Card, key?: string): void;
  select(id: string | null): void;
  /** Choose all between what was chosen first and this card. */
  reach(id: string): void;
  /** The cards that go along when this one is taken: those that are chosen together with it, itself among them. */
  along(id: string): readonly string[];
  fold(id: string): void;
  add(place: Place, index: number): void;
  /** Move a card and those that go along. */
  moveTo(id: string, place: Place, index: number): void;
  /** Why a card must not stand there: a reference would break. Null if it may. */
  refusal(id: string, place: Place, index: number): string | null;
  /** Why a value cannot be used in a field of a card, or of one of its lanes: it is not in scope. Null if it can. */
  unseen(card: string, lane: number | null, written: string): string | null;
  /** Where that is, in words. */
  placeWords(place: Place, index: number): string;
  /** Rename a field that the event or a card gives, and with it all references to it. */
  renameGiven(root: string, from: string, to: string): void;
  /** Whether such a field may be taken away; where others use it the person is told who. */
  mayTakeAway(root: string, name: string): boolean;
  target: RefObject<InsertTarget | null>;
  /** Tell beside the cards what a field means, which has the focus now. */
  tell(field: ToldField): void;
  /** Told when another field is in focus. */
  targeted(): void;
}

/** A field, and what it means. */
export interface ToldField {
  card: string;
  title: string;
  about: string;
}

export interface Surroundings {
  specs: Specs;
  specList: readonly Spec[];
  connections: readonly { id: string; connector: string; name: string; base_url?: string }[];
  helpers: readonly { id: string; name: string }[];
}

export type Titles = ReadonlyMap<string, string>;

const Api = createContext<DesignerApi | null>(null);
export const ApiProvider = Api.Provider;

export function useDesigner(): DesignerApi {
  const api = useContext(Api);
  if (api === null) {
    throw new Error("This part belongs into a designer.");
  }
  return api;
}

const Around = createContext<Surroundings>({ specs: new Map(), specList: [], connections: [], helpers: [] });
export const AroundProvider = Around.Provider;
export const useAround = () => useContext(Around);

const TitlesOf = createContext<Titles>(new Map());
export const TitlesProvider = TitlesOf.Provider;
export const useTitles = () => useContext(TitlesOf);

/** A problem as the checker tells it. */
export interface Found extends Problem {
  severity: string;
  path: (string | number)[];
  line?: number | null;
}

/** The severity of what is no problem: a value that becomes another type when it is used. */
export const CONVERSION = "conversion";

/** Those of them that are problems indeed. */
export function wrongIn(found: readonly Found[] | undefined): readonly Found[] {
  return (found ?? []).filter((one) => one.severity !== CONVERSION);
}

/** What happens when a card fails: it stands beside the cards, and not on its card. */
export const ON_ERROR = "on_error";

/** The flow as a whole, where cards are named: no card has such an id. */
export const FLOW = "the flow";

/** What is said of the whole flow beside its cards. */
export const FLOW_FIELDS: readonly string[] = ["name", "about", "note", "save_data", "limits"];

export type CardProblems = ReadonlyMap<string, readonly Found[]>;

/** How a card went in the run that is shown. */
export interface CardRun {
  status: string;
  ms: number;
  error: { [name: string]: Json } | null;
  /** All that the history has of it. */
  entry: Schemas["TraceModel"];
}
