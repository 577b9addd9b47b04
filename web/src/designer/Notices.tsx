import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { type QueryClient, useQuery, useQueryClient } from "@tanstack/react-query";
import { memo, type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { ApiError } from "../api/errors";
import { sessionQuery } from "../api/session";
import { ProblemNote } from "../components/ProblemNote";
import type { Flow } from "../flow/document";
import { shapedFlow } from "../flow/shape";
import { flowQuery, flowsHaveChanged } from "../flows/flows";
import { text } from "../text";
import { useAround, useDesigner } from "./context";
import classes from "./Designer.module.css";
import type { DraftKeeper, DraftView } from "./draftKeeper";
import { differenceOf } from "./logic/difference";
import { merged } from "./logic/merge";
import { sameFlow } from "./logic/same";
import { meanwhile } from "./meanwhile";
import { newestOf } from "./opened";
import { Differences } from "./panels/Differences";
import { type Editing, openingQuery, watchQuery } from "./server";
import type { DesignState, Taken as TakenIn } from "./state";

const words = text.designer;

interface NoticesProps {
  flow: Flow;
  keeper: DraftKeeper;
  draft: DraftView;
  /** What of others was undone here. */
  undone: Undone | null;
  /** Shows theirs; one's own is one Undo away. What comes under the same key is taken back together. */
  onReplace(flow: Flow, key?: string, taken?: TakenIn): void;
  /** What was undone of others may go. */
  onInsist(): void;
}

type Undone = NonNullable<DesignState["undone"]>;

/** Tells when a draft cannot be saved, as when somebody else works on the flow, and shows theirs without losing one's own. */
export const Notices = memo(function Notices(props: NoticesProps) {
  const { told, take, close } = useTaking(props);
  const theirs = useWatch(props, take);
  return (
    <>
      <Standing {...props} theirs={theirs} onTake={take} />
      {told && !sameFlow(told.before, props.flow) ? <Told told={told} onClose={close} /> : null}
    </>
  );
});

interface StandingProps extends NoticesProps {
  theirs: Editing | undefined;
  onTake(theirs: Editing, both?: boolean): boolean;
}

/** What keeps the draft from being saved. */
function Standing(props: StandingProps) {
  const { flow, draft, keeper, theirs, onTake } = props;
  const { id } = flow;
  const queries = useQueryClient();
  const both = useMemo(() => {
    const next =
      draft.status === "changed" ? shapedFlow((theirs?.draft ?? theirs?.published)?.document) : null;
    return next && merged(keeper.last, flow, next);
  }, [draft.status, theirs, keeper, flow]);
  if (draft.status === "ended") {
    // who is told that nobody is signed in is asked to sign in, over the page
    const ask = () => void queries.invalidateQueries({ queryKey: sessionQuery.queryKey });
    return (
      <Notice title={words.endedTitle} what={words.endedWhat}>
        <Button size="xs" variant="default" onClick={ask}>
          {words.signIn}
        </Button>
      </Notice>
    );
  }
  if (draft.status !== "changed") {
    return draft.status === "refused" ? <ProblemNote error={draft.error} /> : null;
  }

  async function look(wantsBoth = false) {
    const newest = await queries.fetchQuery(watchQuery(id));
    if (!onTake(newest, wantsBoth)) {
      void queries.invalidateQueries({ queryKey: openingQuery(id).queryKey });
    }
  }
  const keep = (base: number) => (
    <Button size="xs" variant="default" onClick={() => keeper.anew(base)}>
      {words.keepMine}
    </Button>
  );
  const what = theirs ? meanwhile(draft, theirs) : "nothing";
  if (props.undone !== null && what === "nothing") {
    return <WouldBeLost {...props} undone={props.undone} />;
  }
  switch (what) {
    case "deleted":
      return (
        <Notice title={words.deletedTitle} what={words.deletedWhat}>
          {keep(0)}
        </Notice>
      );
    case "thrown away":
      return (
        <Notice title={words.thrownTitle} what={words.thrownWhat}>
          {keep(draft.base)}
          <Button size="xs" variant="default" onClick={() => void look()}>
            {words.lookAtPublished}
          </Button>
        </Notice>
      );
    default: {
      const said = draft.error instanceof ApiError ? draft.error.problems[0]?.what : "";
      return (
        <Notice
          title={words.conflictTitle}
          what={`${said} ${words.conflictWhat} ${both ? words.conflictBoth : ""}`.trim()}
        >
          {both ? (
            <Button size="xs" onClick={() => void look(true)}>
              {words.takeBoth}
            </Button>
          ) : null}
          <Button size="xs" variant="default" onClick={() => void look()}>
            {words.lookAtTheirs}
          </Button>
        </Notice>
      );
    }
  }
}

/** Tells what of others is not in what stands here, after an undo; nothing is saved until one has said what becomes of it. */
function WouldBeLost({ flow, undone, onReplace, onInsist }: NoticesProps & { undone: Undone }) {
  const [open, setOpen] = useState(false);
  const around = useAround();
  const { base, theirs, after } = undone;
  const both = useMemo(() => {
    const made = merged(base, flow, theirs);
    return made && !sameFlow(made, theirs) ? made : null;
  }, [base, flow, theirs]);
  return (
    <>
      <Notice title={words.undoneTitle} what={words.undoneWhat(differenceOf(base, theirs, around).length)}>
        {both ? (
          <Button size="xs" onClick={() => onReplace(both, undefined, { base, theirs })}>
            {words.takeBoth}
          </Button>
        ) : null}
        <Button size="xs" variant="default" onClick={() => onReplace(after)}>
          {words.undoneBack}
        </Button>
        <Button size="xs" variant="default" onClick={onInsist}>
          {words.undoneSave}
        </Button>
        <Button size="xs" variant="subtle" aria-expanded={open} onClick={() => setOpen(!open)}>
          {words.undoneLook}
        </Button>
      </Notice>
      {open ? (
        <section className={classes.difference} aria-label={words.undoneLook}>
          <Differences old={base} now={theirs} />
        </section>
      ) : null}
    </>
  );
}

/** What others have put in place of what was here. */
interface Taken {
  said: string;
  before: Flow;
  after: Flow;
  /** What the server had before that. */
  base: Flow;
}

/** Says who has changed what was here, until one has seen it, and shows what. */
function Told({ told, onClose }: { told: Taken; onClose(): void }) {
  const [open, setOpen] = useState(false);
  const around = useAround();
  const count = differenceOf(told.before, told.after, around).length;
  return (
    <>
      <Notice title={told.said} what={words.theirsWhat(count)}>
        <Button size="xs" variant="default" aria-expanded={open} onClick={() => setOpen(!open)}>
          {words.theirsLook}
        </Button>
        <Button size="xs" variant="default" onClick={onClose}>
          {words.theirsSeen}
        </Button>
      </Notice>
      {open ? (
        <section className={classes.difference} aria-label={words.theirsLook}>
          <Differences old={told.before} now={told.after} />
        </section>
      ) : null}
    </>
  );
}

function Notice({ title, what, children }: { title: string; what: string; children: ReactNode }) {
  return (
    <div className={classes.notice} role="alert">
      <b>{title}</b>
      <span>{what}</span>
      {children}
    </div>
  );
}

/** Puts what others have made in place of what is here; what was here is one Undo away, also after several of theirs. */
function useTaking({ keeper, onReplace, onInsist }: NoticesProps) {
  const api = useDesigner();
  const [told, setTold] = useState<Taken | null>(null);
  const latest = useRef<Taken | null>(null);
  const times = useRef(0);
  const tell = useCallback((next: Taken | null) => {
    latest.current = next;
    setTold(next);
  }, []);
  /** False where its shape is not known here. */
  const take = useCallback(
    (editing: Editing, both = false): boolean => {
      const { source: newest, kept } = newestOf(editing);
      const { draft, published } = editing;
      const theirs = shapedFlow(newest?.document);
      if (!newest || theirs === null) {
        return false;
      }
      const now = api.flow();
      const next = both ? merged(keeper.last, now, theirs) : theirs;
      if (next === null) {
        return true; // they have gone on meanwhile, and it is both no more: the notice says so
      }
      const said = both
        ? words.bothTaken(newest.author)
        : draft && draft.revision > keeper.snapshot().revision
          ? words.theirs(draft.author)
          : words.theirsPublished(newest.author, published?.version ?? 0);
      if (sameFlow(now, next)) {
        keeper.adopt(kept, both ? theirs : now);
        keeper.change(now);
        onInsist(); // nothing of theirs is missing
        if (!draft) {
          notifications.show({ message: said });
        }
        return true;
      }
      const goesOn = latest.current?.after === now ? latest.current : null;
      const before = goesOn?.before ?? now;
      const base = goesOn?.base ?? keeper.last;
      keeper.adopt(kept, theirs);
      onReplace(next, `theirs ${times.current}`, { base, theirs });
      tell({ said, before, after: next, base });
      return true;
    },
    [api, keeper, onReplace, onInsist, tell],
  );
  const close = useCallback(() => {
    times.current += 1;
    tell(null);
  }, [tell]);
  return { told, take, close };
}

/** The flow as it is on the server. Where nothing of one's own is unsaved the newest is simply shown. */
function useWatch(
  { flow: { id }, keeper, draft }: NoticesProps,
  take: (theirs: Editing) => boolean,
): Editing | undefined {
  const queries = useQueryClient();
  const watched = useQuery(watchQuery(id));
  const { refetch } = watched;
  // what was read before this designer opened knows less than it does
  const theirs = watched.isFetchedAfterMount ? watched.data : undefined;
  const changed = draft.status === "changed";
  useEffect(() => {
    if (changed) {
      void refetch();
    }
  }, [changed, refetch]);
  useEffect(() => {
    if (theirs) {
      tellOthers(queries, id, theirs);
    }
  }, [queries, id, theirs]);
  useEffect(() => {
    const what = theirs && !keeper.unsaved && !keeper.busy ? meanwhile(draft, theirs) : "nothing";
    if (theirs === undefined || what === "nothing") {
      return;
    }
    if (what === "deleted" || what === "thrown away") {
      if (draft.status !== "changed") {
        keeper.lost(what === "deleted" ? words.deletedTitle : words.thrownTitle);
      }
      return;
    }
    if (!take(theirs)) {
      void queries.invalidateQueries({ queryKey: openingQuery(id).queryKey });
    }
  }, [queries, id, theirs, draft, keeper, take]);
  return theirs;
}

/** What is said elsewhere of the flow is of the past if its version or its switch is another one. */
function tellOthers(queries: QueryClient, id: string, { flow }: Editing): void {
  const said = queries.getQueryData(flowQuery(id).queryKey);
  if (said !== undefined && (said?.version !== flow?.version || said?.active !== flow?.active)) {
    void flowsHaveChanged(queries);
  }
}
