import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { type QueryClient, useQuery, useQueryClient } from "@tanstack/react-query";
import { memo, type ReactNode, useCallback, useEffect, useRef, useState } from "react";
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
import { sameFlow } from "./logic/same";
import { meanwhile } from "./meanwhile";
import { Differences } from "./panels/Differences";
import { type Editing, openingQuery, watchQuery } from "./server";

const words = text.designer;

interface NoticesProps {
  flow: Flow;
  keeper: DraftKeeper;
  draft: DraftView;
  /** Shows theirs; one's own is one Undo away. What comes under the same key is taken back together. */
  onReplace(flow: Flow, key: string): void;
}

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
  onTake(theirs: Editing): boolean;
}

/** What keeps the draft from being saved. */
function Standing({ flow: { id }, draft, keeper, theirs, onTake }: StandingProps) {
  const queries = useQueryClient();
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

  async function look() {
    const newest = await queries.fetchQuery(watchQuery(id));
    if (!onTake(newest)) {
      void queries.invalidateQueries({ queryKey: openingQuery(id).queryKey });
    }
  }
  const keep = (base: number) => (
    <Button size="xs" variant="default" onClick={() => keeper.anew(base)}>
      {words.keepMine}
    </Button>
  );
  switch (theirs && meanwhile(draft, theirs)) {
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
        <Notice title={words.conflictTitle} what={`${said} ${words.conflictWhat}`.trim()}>
          <Button size="xs" variant="default" onClick={() => void look()}>
            {words.lookAtTheirs}
          </Button>
        </Notice>
      );
    }
  }
}

/** What others have put in place of what was here. */
interface Taken {
  said: string;
  before: Flow;
  after: Flow;
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
function useTaking({ keeper, onReplace }: NoticesProps) {
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
    ({ draft, published }: Editing): boolean => {
      const newest = draft ?? published;
      const next = shapedFlow(newest?.document);
      if (!newest || next === null) {
        return false;
      }
      const kept = { revision: draft?.revision ?? 0, base: draft?.base_version ?? published?.version ?? 0 };
      const said = draft
        ? words.theirs(draft.author)
        : words.theirsPublished(newest.author, published?.version ?? 0);
      const now = api.flow();
      if (sameFlow(now, next)) {
        keeper.adopt(kept, now);
        if (!draft) {
          notifications.show({ message: said });
        }
        return true;
      }
      keeper.adopt(kept, next);
      const before = latest.current?.after === now ? latest.current.before : now;
      onReplace(next, `theirs ${times.current}`);
      tell({ said, before, after: next });
      return true;
    },
    [api, keeper, onReplace, tell],
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
