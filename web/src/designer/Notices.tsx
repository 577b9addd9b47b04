import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { memo, useEffect } from "react";
import { ApiError } from "../api/errors";
import { sessionQuery } from "../api/session";
import { ProblemNote } from "../components/ProblemNote";
import type { Flow } from "../flow/document";
import { shapedFlow } from "../flow/shape";
import { text } from "../text";
import classes from "./Designer.module.css";
import type { DraftKeeper, DraftView } from "./draftKeeper";
import { draftWatchQuery, readDraft, readPublished, thereQuery } from "./server";

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

/** Tells when a draft cannot be saved, as when somebody else works on it, and what to do without losing one's own. */
export const Notices = memo(function Notices(props: NoticesProps) {
  const { id, keeper, draft, onReplace, onAdopt } = props;
  const queries = useQueryClient();
  const watched = useQuery(draftWatchQuery(id));
  const there = useQuery({ ...thereQuery(id), enabled: draft.status === "changed" });
  const deleted = draft.status === "changed" && there.data === false;
  useEffect(() => {
    if (deleted) {
      // what is said of it elsewhere is of the past
      void queries.invalidateQueries({ queryKey: ["flows"] });
    }
  }, [deleted, queries]);
  const theirs = watched.data;
  useEffect(() => {
    // nothing of one's own is unsaved: the newest is simply shown
    const next = theirs ? shapedFlow(theirs.document) : null;
    const newer = theirs !== undefined && theirs !== null && theirs.revision > draft.revision;
    if (newer && next && !keeper.unsaved && draft.status !== "saving") {
      keeper.adopt({ revision: theirs.revision, base: theirs.base_version }, next);
      onAdopt(next);
      notifications.show({ message: text.designer.theirs(theirs.author) });
    }
  }, [theirs, draft.revision, draft.status, keeper, onAdopt]);

  async function look() {
    const newest = await readDraft(id);
    const published = newest ? null : await readPublished(id);
    const source = newest ?? published;
    const next = source ? shapedFlow(source.document) : null;
    if (source && next) {
      const base = newest?.base_version ?? published?.version ?? 0;
      keeper.adopt({ revision: newest?.revision ?? 0, base }, next);
      onReplace(next);
      notifications.show({ message: text.designer.theirs(source.author) });
    }
  }
  if (draft.status === "changed") {
    if (deleted) {
      return (
        <div className={classes.notice} role="alert">
          <b>{text.designer.deletedTitle}</b>
          <span>{text.designer.deletedWhat}</span>
          <Button size="xs" variant="default" onClick={() => keeper.anew()}>
            {text.designer.keepMine}
          </Button>
        </div>
      );
    }
    const said = draft.error instanceof ApiError ? draft.error.problems[0]?.what : "";
    return (
      <div className={classes.notice} role="alert">
        <b>{text.designer.conflictTitle}</b>
        <span>
          {said} {text.designer.conflictWhat}
        </span>
        <Button size="xs" variant="default" onClick={() => void look()}>
          {text.designer.lookAtTheirs}
        </Button>
      </div>
    );
  }
  if (draft.status === "ended") {
    return (
      <div className={classes.notice} role="alert">
        <b>{text.designer.endedTitle}</b>
        <span>{text.designer.endedWhat}</span>
        <Button
          size="xs"
          variant="default"
          // who is told that nobody is signed in is asked to sign in, over the page
          onClick={() => void queries.invalidateQueries({ queryKey: sessionQuery.queryKey })}
        >
          {text.designer.signIn}
        </Button>
      </div>
    );
  }
  return draft.status === "refused" ? <ProblemNote error={draft.error} /> : null;
});
