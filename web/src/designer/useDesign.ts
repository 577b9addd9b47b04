import { notifications } from "@mantine/notifications";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useReducer, useRef, useState, useSyncExternalStore } from "react";
import { flushSync } from "react-dom";
import { reachability } from "../api/reachability";
import type { Card, Flow, Values } from "../flow/document";
import { EVENT, layOut } from "../flow/layout";
import { text } from "../text";
import {
  type CardRun,
  type DesignerApi,
  FLOW,
  type InsertTarget,
  type Surroundings,
  type ToldField,
} from "./context";
import { DraftKeeper, type DraftView } from "./draftKeeper";
import { besides, chosenIn } from "./logic/chosen";
import { cardsIn } from "./logic/clipboard";
import { fieldTitlesOf } from "./logic/fieldTitles";
import { renameGiven } from "./logic/given";
import { type Addable, newCard } from "./logic/newCard";
import type { Samples } from "./logic/scope";
import { titlePairs } from "./logic/titles";
import { find, insert, type Spot } from "./logic/tree";
import { TypingOn } from "./logic/typingOn";
import { type Nesting, toggle } from "./nesting";
import type { SideTab } from "./Side";
import {
  type Against,
  putDraft,
  samplesIn,
  samplesQuery,
  type Trace,
  type Trial,
  toldOf,
  tryCard,
  tryDraft,
} from "./server";
import { type DesignState, editing, opening, reduce, type Taken } from "./state";
import { useBelow } from "./useBelow";
import { useChecker } from "./useChecker";
import {
  behind,
  copied,
  mayTakeAway,
  moveCards,
  pasteCards,
  placeWords,
  refusedMove,
  removeCards,
  stepCards,
  unseenValue,
} from "./useEdits";
import { type Commands, focusCard, focusField, useKeyboard } from "./useKeyboard";
import { useOpenHead } from "./useOpenHead";
import { useSettled } from "./useSettled";

export interface Opened {
  flow: Flow;
  revision: number;
  base: number;
  /** The draft changes nothing in what is published. */
  same?: boolean | undefined;
  live: number | null;
}

export type Design = ReturnType<typeof useDesign>;

/** All that a designer of one flow knows and does. */
export function useDesign(opened: Opened, around: Surroundings, nest: Nesting) {
  const [state, dispatch] = useReducer(reduce, opened.flow, opening);
  const flow = state.line.present;
  const line = useSettled(state.line);
  const settled = line.present;
  const [typing] = useState(() => new TypingOn(() => performance.now()));
  const keeper = useKeeper(opened);
  const draft = useDraft(keeper);
  const titles = useTitleMap(flow, around);
  const checked = useChecker(flow, titles, around);
  const layout = useMemo(() => layOut(flow, state.folded), [flow, state.folded]);
  const samples = useSamples(flow.id);
  const [adding, setAdding] = useState<Spot | null>(null);
  const [tab, setTab] = useState<SideTab>("scope");
  const below = useBelow();
  const [runs, setRuns] = useState<ReadonlyMap<string, CardRun> | null>(null);
  const [lane, setLane] = useState<number | null>(null);
  const [told, setTold] = useState<ToldField | null>(null);
  const root = useRef<HTMLElement>(null);
  const search = useRef<HTMLInputElement>(null);
  const given = useRef<Values>({});
  const target = useRef<InsertTarget | null>(null);
  const { selected, anchor, folded } = state;
  const now = { flow, titles, selected, anchor, samples: samples.now, nest, folded, specs: around.specs };
  const latest = useRef(now);
  latest.current = now;
  const together = useTogether(flow, anchor, selected);
  const openHead = useOpenHead(root, selected);

  const { undone } = state;
  useEffect(() => {
    keeper.change(flow);
    if (undone === null) {
      keeper.release();
    } else {
      keeper.hold(text.designer.undoneTitle);
    }
  }, [keeper, flow, undone]);

  const api = useMemo<DesignerApi>(() => {
    const edit: DesignerApi["edit"] = (by, key, select, anchor) =>
      dispatch({ do: "edit", by, key: key && typing.step(key), select, anchor });
    const reading = { flow: () => latest.current.flow, edit };
    const along: DesignerApi["along"] = (id) => {
      const chosen = chosenNow(latest.current);
      return chosen.includes(id) ? chosen : [id];
    };
    return {
      ...reading,
      editCard: (id, by: (card: Card) => Card, key) => edit(editing(id, by), key),
      select: (id) => dispatch({ do: "select", id }),
      reach: (id) => {
        dispatch({ do: "select", id, reach: true });
        focusCard(root.current, id);
      },
      along,
      fold: (id) => dispatch({ do: "fold", id }),
      add: (place, index) => setAdding({ place, index }),
      moveTo: (id, place, index) => {
        moveCards(reading, latest.current, along(id), place, index);
      },
      refusal: (id, place, index) =>
        refusedMove(latest.current.flow, latest.current, along(id), place, index),
      unseen: (card, lane, written) => unseenValue(latest.current.flow, latest.current, card, lane, written),
      renameGiven: (root, from, to) => edit((now) => renameGiven(now, root, from, to)),
      mayTakeAway: (root, name) => mayTakeAway(latest.current.flow, latest.current.titles, root, name),
      placeWords: (place, index) => placeWords(latest.current.flow, latest.current.titles, place, index),
      target,
      tell: setTold,
      targeted: () => {
        setLane(target.current?.lane ?? null);
        setTab("scope");
      },
    };
  }, [typing]);

  const { enter, leave } = below;
  const commands = useMemo<Commands>(() => {
    const chosen = () => chosenNow(latest.current);
    const followChosen = () => {
      // who is among the cards, or was on one that is gone, comes along; who is in a field or on a button stays
      requestAnimationFrame(() => {
        const held = document.activeElement;
        const among =
          held === document.body || (held instanceof HTMLElement && held.dataset.card !== undefined);
        if (among && latest.current.selected !== null) {
          focusCard(root.current, latest.current.selected);
        }
      });
    };
    const last = () => chosen().at(-1) ?? latest.current.selected;
    const remove = () => {
      const next = removeCards(api, latest.current, chosen());
      if (next !== null) {
        focusCard(root.current, next);
      }
    };
    const paste = (said: string, at: Spot) => {
      const first = pasteCards(api, said, at, latest.current.specs);
      if (first !== null) {
        focusCard(root.current, first);
      }
    };
    return {
      add: () => setAdding(behind(latest.current.flow, last())),
      move: (by) => {
        const { selected, folded } = latest.current;
        stepCards(api, latest.current, chosen(), by, folded);
        if (selected !== null) {
          focusCard(root.current, selected);
        }
      },
      reach: (by) => {
        const next = besides(latest.current.flow, latest.current.selected, by);
        if (next !== null) {
          api.reach(next);
        }
      },
      remove,
      copy: () => {
        const ids = chosen();
        const said = copied(latest.current.flow, ids, latest.current.specs);
        if (said !== null) {
          notifications.show({ message: text.designer.copied(ids.length) });
        }
        return said;
      },
      cut: () => {
        const said = copied(latest.current.flow, chosen(), latest.current.specs);
        remove();
        return said;
      },
      duplicate: () => {
        const said = copied(latest.current.flow, chosen(), latest.current.specs);
        if (said !== null) {
          paste(said, behind(latest.current.flow, last()));
        }
      },
      paste: (said, at) => paste(said, at ?? behind(latest.current.flow, last())),
      undo: () => {
        dispatch({ do: "undo" });
        followChosen();
      },
      redo: () => {
        dispatch({ do: "redo" });
        followChosen();
      },
      enterBelow: enter,
      leaveBelow: () => {
        if (!leave() && latest.current.selected !== null) {
          focusCard(root.current, latest.current.selected);
        }
      },
      findValue: () => {
        // the next key belongs there already
        flushSync(() => {
          latest.current.nest.setAside(true);
          setTab("scope");
        });
        search.current?.focus();
        search.current?.select();
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
  }, [api, enter, leave]);
  useKeyboard(root, layout, commands, nest.list, nest.active === nest.key);

  /** Put cards that were copied where one is to be added; whether there were any. */
  const pasteHere = useCallback(
    (said: string) => {
      const mine = adding !== null && cardsIn(said) !== null;
      if (mine) {
        setAdding(null);
        commands.paste(said, adding);
      }
      return mine;
    },
    [adding, commands],
  );
  const addCard = useCallback(
    (what: Addable) => {
      if (adding) {
        const card = newCard(what, latest.current.flow, around.connections);
        api.edit((now) => insert(now, adding.place, adding.index, [card]), undefined, card.id);
        setAdding(null);
        focusCard(root.current, card.id);
      }
    },
    [adding, api, around.connections],
  );

  const go = useCallback(
    (card: string, field: string | null, inSettings = false) => {
      if (card === FLOW) {
        latest.current.nest.setAside(true);
        setTab("flow");
        // it is there only then
        setTimeout(() => document.querySelector<HTMLElement>(`[data-flow-field="${field}"]`)?.focus(), 50);
        return;
      }
      api.select(card);
      focusCard(root.current, card);
      if (inSettings) {
        latest.current.nest.setAside(true);
        setTab("card");
        setTimeout(() => document.querySelector<HTMLElement>(`[data-setting="${field}"]`)?.focus(), 50);
      } else if (field !== null) {
        requestAnimationFrame(() => focusField(root.current, card, field));
      }
    },
    [api],
  );

  const { set: setSamples } = samples;
  const deeds = useMemo(
    () => ({
      replace: (next: Flow, key?: string, taken?: Taken) =>
        dispatch({ do: "edit", by: () => next, key, taken }),
      insist: () => dispatch({ do: "insist" }),
      restore: (next: Flow) => api.edit((now) => ({ ...next, id: now.id })),
      start: async (inputs: Values, against: Against) => {
        given.current = inputs;
        return tryDraft(latest.current.flow.id, await saved(keeper), inputs, against);
      },
      startCard: async (trial: Trial) => tryCard(latest.current.flow.id, await saved(keeper), trial),
      trace: (shown: ReadonlyMap<string, CardRun>, trace: readonly Trace[]) => {
        setRuns(shown);
        setSamples(new Map([...samplesIn(trace), [EVENT, { value: given.current }]]));
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
    openHead,
    keeper,
    draft,
    undone,
    ...checked,
    hasErrors: checked.problems.some((problem) => problem.severity === "error"),
    titles,
    layout,
    samples: samples.now,
    adding,
    setAdding,
    addCard,
    pasteHere,
    together,
    tab,
    setTab,
    below,
    runs,
    lane,
    told: told?.card === state.selected && told.about !== "" ? told : null,
    root,
    search,
    rest: typing.rest,
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

/** The revision of the draft as it is now, 0 where all is as published; a flow that is neither gets a draft. */
async function saved(keeper: DraftKeeper): Promise<number> {
  const { revision, base } = keeper.snapshot();
  if (revision === 0 && base === 0 && !keeper.unsaved) {
    keeper.follow(0);
  }
  return keeper.flush();
}

function useKeeper(opened: Opened): DraftKeeper {
  const queries = useQueryClient();
  const [keeper] = useState(
    () =>
      new DraftKeeper({ revision: opened.revision, base: opened.base, same: opened.same }, opened.flow, {
        put: async (flow, follows, base) => {
          const kept = await putDraft(flow, follows, base);
          await toldOf(queries, flow.id, { draft: kept });
          return kept;
        },
        later: (ms, what) => {
          const timer = setTimeout(what, ms);
          return () => clearTimeout(timer);
        },
      }),
  );
  useEffect(() => {
    return () => {
      // going to another page of the app: what is not saved yet is saved
      void keeper.flush().catch(() => undefined);
    };
  }, [keeper]);
  return keeper;
}

/** How the draft stands; what waits for a server that does not answer is not being saved. */
function useDraft(keeper: DraftKeeper): DraftView {
  const kept = useSyncExternalStore(keeper.subscribe, keeper.snapshot);
  const reachable = useSyncExternalStore(reachability.subscribe, () => reachability.reachable);
  return useMemo(
    () => (kept.status === "saving" && !reachable ? { ...kept, status: "away" } : kept),
    [kept, reachable],
  );
}

type Choice = Pick<DesignState, "selected" | "anchor">;

function chosenNow({ flow, anchor, selected }: { flow: Flow } & Choice): readonly string[] {
  return chosenIn(flow, anchor, selected);
}

/** The cards that are chosen together, none where it is one alone; the same set as long as they are the same. */
function useTogether(flow: Flow, anchor: string | null, selected: string | null): ReadonlySet<string> {
  const ids = anchor === null ? [] : chosenIn(flow, anchor, selected);
  const key = ids.length > 1 ? ids.join(" ") : "";
  return useMemo(() => new Set(key === "" ? [] : key.split(" ")), [key]);
}

/** What is called how where references are read; the same map as long as no title changes. */
function useTitleMap(flow: Flow, around: Surroundings) {
  const { specs } = around;
  const fields = useMemo(() => fieldTitlesOf(specs), [specs]);
  const key = JSON.stringify(titlePairs(flow, specs, fields));
  return useMemo(() => new Map<string, string>(JSON.parse(key)), [key]);
}

/** Samples of the last run, and of the test run once there is one. */
function useSamples(id: string): { now: Samples; set(samples: Samples): void } {
  const last = useQuery(samplesQuery(id));
  const [tested, setTested] = useState<Samples | null>(null);
  return { now: tested ?? last.data ?? none, set: setTested };
}

const none: Samples = new Map();
