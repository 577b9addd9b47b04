import { notifications } from "@mantine/notifications";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useReducer, useRef, useState, useSyncExternalStore } from "react";
import { type Card, type Flow, type Values, walk } from "../flow/document";
import { EVENT, layOut, type Place } from "../flow/layout";
import { text } from "../text";
import type { BottomTab } from "./Bottom";
import type { CardRun, DesignerApi, InsertTarget, Surroundings } from "./context";
import { DraftKeeper } from "./draftKeeper";
import { renameGiven } from "./logic/given";
import { newCard } from "./logic/newCard";
import type { Samples } from "./logic/scope";
import { find, insert } from "./logic/tree";
import { type Nesting, toggle } from "./nesting";
import type { SideTab } from "./Side";
import {
  type Against,
  putDraft,
  samplesIn,
  samplesQuery,
  type Trace,
  type Trial,
  tryCard,
  tryDraft,
} from "./server";
import { editing, opening, reduce } from "./state";
import { useChecker } from "./useChecker";
import {
  behind,
  copied,
  mayTakeAway,
  moveCard,
  pasteCards,
  placeWords,
  refusedMove,
  removeCard,
  stepCard,
} from "./useEdits";
import { type Commands, cardIn, focusCard, useKeyboard } from "./useKeyboard";
import { useSettled } from "./useSettled";

export interface Opened {
  flow: Flow;
  revision: number;
  base: number;
  live: number | null;
}

export type Design = ReturnType<typeof useDesign>;

/** All that a designer of one flow knows and does. */
export function useDesign(opened: Opened, around: Surroundings, nest: Nesting) {
  const [state, dispatch] = useReducer(reduce, opened.flow, opening);
  const flow = state.line.present;
  const line = useSettled(state.line);
  const settled = line.present;
  const keeper = useKeeper(opened);
  const draft = useSyncExternalStore(keeper.subscribe, keeper.snapshot);
  const checked = useChecker(flow);
  const titles = useTitleMap(flow, around);
  const layout = useMemo(() => layOut(flow, state.folded), [flow, state.folded]);
  const samples = useSamples(flow.id);
  const [adding, setAdding] = useState<{ place: Place; index: number } | null>(null);
  const [tab, setTab] = useState<SideTab>("scope");
  const [below, setBelow] = useState<BottomTab>("problems");
  const [runs, setRuns] = useState<ReadonlyMap<string, CardRun> | null>(null);
  const [lane, setLane] = useState<number | null>(null);
  const root = useRef<HTMLElement>(null);
  const search = useRef<HTMLInputElement>(null);
  const given = useRef<Values>({});
  const target = useRef<InsertTarget | null>(null);
  const latest = useRef({
    flow,
    titles,
    selected: state.selected,
    samples: samples.now,
    nest,
    folded: state.folded,
  });
  latest.current = {
    flow,
    titles,
    selected: state.selected,
    samples: samples.now,
    nest,
    folded: state.folded,
  };

  useEffect(() => keeper.change(flow), [keeper, flow]);

  const api = useMemo<DesignerApi>(() => {
    const edit: DesignerApi["edit"] = (by, key, select) => dispatch({ do: "edit", by, key, select });
    const reading = { flow: () => latest.current.flow, edit };
    return {
      ...reading,
      editCard: (id, by: (card: Card) => Card, key) => edit(editing(id, by), key),
      select: (id) => dispatch({ do: "select", id }),
      fold: (id) => dispatch({ do: "fold", id }),
      add: (place, index) => setAdding({ place, index }),
      moveTo: (id, place, index) => {
        moveCard(reading, latest.current.titles, id, place, index);
      },
      refusal: (id, place, index) =>
        refusedMove(latest.current.flow, latest.current.titles, id, place, index),
      renameGiven: (root, from, to) => edit((now) => renameGiven(now, root, from, to)),
      mayTakeAway: (root, name) => mayTakeAway(latest.current.flow, latest.current.titles, root, name),
      placeWords: (place, index) => placeWords(latest.current.flow, latest.current.titles, place, index),
      target,
      targeted: () => {
        setLane(target.current?.lane ?? null);
        setTab("scope");
      },
    };
  }, []);

  const commands = useMemo<Commands>(() => {
    const chosen = () => latest.current.selected;
    const onCard = (what: (id: string) => void) => {
      const id = chosen();
      if (id !== null && id !== EVENT) {
        what(id);
      }
    };
    const remove = () =>
      onCard((id) => {
        const next = removeCard(api, latest.current.titles, id);
        if (next !== null) {
          focusCard(root.current, next);
        }
      });
    return {
      add: () => setAdding(behind(latest.current.flow, chosen())),
      move: (by) =>
        onCard((id) => {
          stepCard(api, latest.current.titles, id, by, latest.current.folded);
          focusCard(root.current, id);
        }),
      remove,
      copy: () => {
        const said = copied(latest.current.flow, chosen());
        if (said !== null) {
          notifications.show({ message: text.designer.copied });
        }
        return said;
      },
      cut: () => {
        const said = copied(latest.current.flow, chosen());
        remove();
        return said;
      },
      paste: (said) => {
        const first = pasteCards(api, said, chosen());
        if (first !== null) {
          focusCard(root.current, first);
        }
      },
      undo: () => dispatch({ do: "undo" }),
      redo: () => dispatch({ do: "redo" }),
      findValue: () => {
        latest.current.nest.setAside(true);
        setTab("scope");
        requestAnimationFrame(() => search.current?.focus());
      },
      fold: (id) => {
        const helper = find(latest.current.flow, id)?.card.call?.flow;
        if (helper === undefined) {
          dispatch({ do: "fold", id });
        } else {
          toggle(latest.current.nest, id, helper);
        }
      },
      select: (id) => dispatch({ do: "select", id }),
    };
  }, [api]);
  useKeyboard(root, layout, commands, nest.list, nest.active === nest.key);

  const addCard = useCallback(
    (spec: Surroundings["specList"][number]) => {
      if (adding) {
        const card = newCard(spec, latest.current.flow, around.connections);
        api.edit((now) => insert(now, adding.place, adding.index, [card]), undefined, card.id);
        setAdding(null);
        // the dialogue gives the focus back when it goes
        setTimeout(() => focusCard(root.current, card.id), 50);
      }
    },
    [adding, api, around.connections],
  );

  const go = useCallback(
    (card: string, field: string | null) => {
      api.select(card);
      focusCard(root.current, card);
      if (field !== null) {
        requestAnimationFrame(() => {
          cardIn(root.current, card)?.querySelector<HTMLElement>(`[aria-invalid="true"]`)?.focus();
        });
      }
    },
    [api],
  );

  const { set: setSamples } = samples;
  const deeds = useMemo(
    () => ({
      replace: (next: Flow) => api.edit(() => next),
      begin: (next: Flow) => dispatch({ do: "begin", flow: next }),
      restore: (next: Flow) => api.edit((now) => ({ ...next, id: now.id })),
      start: async (inputs: Values, against: Against) => {
        given.current = inputs;
        return tryDraft(latest.current.flow.id, await saved(keeper), inputs, against);
      },
      startCard: async (trial: Trial) => tryCard(latest.current.flow.id, await saved(keeper), trial),
      trace: (shown: ReadonlyMap<string, CardRun>, trace: readonly Trace[]) => {
        setRuns(shown);
        setSamples(new Map([...samplesIn(trace), [EVENT, given.current]]));
      },
      cardTrace: (shown: ReadonlyMap<string, CardRun>, trace: readonly Trace[]) => {
        setRuns((before) => new Map([...(before ?? []), ...onlyCards(shown)]));
        setSamples(new Map([...latest.current.samples, ...onlyCards(samplesIn(trace))]));
      },
    }),
    [api, keeper, setSamples],
  );
  const selectedCard = useMemo(
    () => (state.selected === null ? undefined : find(settled, state.selected)?.card),
    [settled, state.selected],
  );

  return {
    flow,
    settled,
    line,
    selected: state.selected,
    keeper,
    draft,
    ...checked,
    hasErrors: checked.problems.some((problem) => problem.severity === "error"),
    titles,
    layout,
    samples: samples.now,
    adding,
    setAdding,
    addCard,
    tab,
    setTab,
    below,
    setBelow,
    runs,
    lane,
    root,
    search,
    api,
    commands,
    go,
    deeds,
    selectedCard,
    around,
  };
}

/** A card that is tried alone has an event of its own, which is not the flow's. */
function onlyCards<T>(found: ReadonlyMap<string, T>): [string, T][] {
  return [...found].filter(([id]) => id !== EVENT);
}

/** The revision of the draft as it is now; a flow that has none yet gets one. */
async function saved(keeper: DraftKeeper): Promise<number> {
  if (keeper.snapshot().revision === 0 && !keeper.unsaved) {
    keeper.follow(keeper.snapshot().base);
  }
  return keeper.flush();
}

function useKeeper(opened: Opened): DraftKeeper {
  const queries = useQueryClient();
  const [keeper] = useState(
    () =>
      new DraftKeeper({ revision: opened.revision, base: opened.base }, opened.flow, {
        put: async (flow, follows, base) => {
          const kept = await putDraft(flow, follows, base);
          queries.setQueryData(["draft", flow.id], kept);
          return kept;
        },
        later: (ms, what) => {
          const timer = setTimeout(what, ms);
          return () => clearTimeout(timer);
        },
      }),
  );
  useEffect(() => {
    function leaving(event: BeforeUnloadEvent) {
      if (keeper.unsaved) {
        event.preventDefault();
      }
    }
    window.addEventListener("beforeunload", leaving);
    return () => {
      window.removeEventListener("beforeunload", leaving);
      // going to another page of the app: what is not saved yet is saved
      void keeper.flush().catch(() => undefined);
    };
  }, [keeper]);
  return keeper;
}

/** What cards are called; the same map as long as no title changes. */
function useTitleMap(flow: Flow, around: Surroundings) {
  const pairs: [string, string][] = [
    ...Object.entries(text.designer.roots),
    ...Object.entries(text.designer.rootFields),
  ];
  for (const card of walk(flow.cards)) {
    pairs.push([card.id, card.title || around.specs.get(card.card)?.title || card.id]);
  }
  const key = JSON.stringify(pairs);
  return useMemo(() => new Map<string, string>(JSON.parse(key)), [key]);
}

/** Samples of the last run, and of the test run once there is one. */
function useSamples(id: string): { now: Samples; set(samples: Samples): void } {
  const last = useQuery(samplesQuery(id));
  const [tested, setTested] = useState<Samples | null>(null);
  return { now: tested ?? last.data ?? none, set: setTested };
}

const none: Samples = new Map();
