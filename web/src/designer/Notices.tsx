import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { type QueryClient, useQuery, useQueryClient } from "@tanstack/react-query";
import { memo, type ReactNode, useEffect } from "react";
import { ApiError } from "../api/errors";
import { sessionQuery } from "../api/session";
import { ProblemNote } from "../components/ProblemNote";
import type { Flow } from "../flow/document";
import { shapedFlow } from "../flow/shape";
import { flowQuery, flowsHaveChanged } from "../flows/flows";
import { text } from "../text";
import classes from "./Designer.module.css";
import type { DraftKeeper, DraftView } from "./draftKeeper";
import { meanwhile } from "./meanwhile";
import { type Editing, openingQuery, watchQuery } from "./server";

const words = text.designer;

interface NoticesProps {
  /** The flow's id. */
  id: string;
  keeper: DraftKeeper;
  draft: DraftView;
  /** Shows theirs; one's own is one Undo away. */
  onReplace(flow: Flow): void;
  /** Shows theirs where nothing of one's own is at stake. */
  onAdopt(flow: Flow): void;
}

/** Tells when a draft cannot be saved, as when somebody else works on the flow, and shows theirs without losing one's own. */
export const Notices = memo(function Notices(props: NoticesProps) {
  const { id, keeper, draft } = props;
  const queries = useQueryClient();
  const theirs = useWatch(props);
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
    if (show(newest, keeper, props.onReplace)) {
      const author = (newest.draft ?? newest.published)?.author ?? "";
      notifications.show({ message: words.theirs(author) });
    } else {
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
});

function Notice({ title, what, children }: { title: string; what: string; children: ReactNode }) {
  return (
    <div className={classes.notice} role="alert">
      <b>{title}</b>
      <span>{what}</span>
      {children}
    </div>
  );
}

/** The flow as it is on the server. Where nothing of one's own is unsaved the newest is simply shown. */
function useWatch({ id, keeper, draft, onReplace, onAdopt }: NoticesProps): Editing | undefined {
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
    // of what one had saved nobody may lose sight: it may not be in what was published
    const mine = what === "published" && draft.revision > 0;
    if (!show(theirs, keeper, mine ? onReplace : onAdopt)) {
      void queries.invalidateQueries({ queryKey: openingQuery(id).queryKey });
      return;
    }
    const { author, version } = { author: "", version: 0, ...theirs.published };
    const message =
      what === "published"
        ? words.theirsPublished(author, version)
        : words.theirs(theirs.draft?.author ?? "");
    notifications.show({ message });
  }, [queries, id, theirs, draft, keeper, onReplace, onAdopt]);
  return theirs;
}

/** Shows the draft, else what is published, and has changes follow it; false where its shape is not known here. */
function show({ draft, published }: Editing, keeper: DraftKeeper, onShow: (flow: Flow) => void): boolean {
  const next = shapedFlow((draft ?? published)?.document);
  if (next === null) {
    return false;
  }
  keeper.adopt(
    { revision: draft?.revision ?? 0, base: draft?.base_version ?? published?.version ?? 0 },
    next,
  );
  onShow(next);
  return true;
}

/** What is said elsewhere of the flow is of the past if its version or its switch is another one. */
function tellOthers(queries: QueryClient, id: string, { flow }: Editing): void {
  const said = queries.getQueryData(flowQuery(id).queryKey);
  if (said !== undefined && (said?.version !== flow?.version || said?.active !== flow?.active)) {
    void flowsHaveChanged(queries);
  }
}
