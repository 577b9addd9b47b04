import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { memo, useEffect } from "react";
import { ApiError } from "../api/errors";
import { ProblemNote } from "../components/ProblemNote";
import { type Flow, flowOf } from "../flow/document";
import { text } from "../text";
import classes from "./Designer.module.css";
import type { DraftKeeper, DraftView } from "./draftKeeper";
import { Leaving } from "./Leaving";
import { draftWatchQuery, readDraft, readPublished, thereQuery } from "./server";

interface NoticesProps {
  /** The flow's id. */
  id: string;
  keeper: DraftKeeper;
  draft: DraftView;
  /** Show theirs in place of one's own, which *Undo* brings back. */
  onReplace(flow: Flow): void;
  /** Go on from theirs: what stood here was theirs too. */
  onBegin(flow: Flow): void;
}

/** Tells when somebody else works on the same draft, and shows theirs without losing one's own. */
export const Notices = memo(function Notices({ id, keeper, draft, onReplace, onBegin }: NoticesProps) {
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
    if (theirs && theirs.revision > draft.revision && !keeper.unsaved && draft.status !== "saving") {
      const next = flowOf(theirs.document);
      keeper.adopt({ revision: theirs.revision, base: theirs.base_version }, next);
      onBegin(next);
      notifications.show({ message: text.designer.theirs(theirs.author) });
    }
  }, [theirs, draft.revision, draft.status, keeper, onBegin]);

  async function look() {
    const newest = await readDraft(id);
    const published = newest ? null : await readPublished(id);
    const source = newest ?? published;
    if (source) {
      const next = flowOf(source.document);
      const base = newest?.base_version ?? published?.version ?? 0;
      keeper.adopt({ revision: newest?.revision ?? 0, base }, next);
      onReplace(next);
      notifications.show({ message: text.designer.theirs(source.author) });
    }
  }
  return (
    <>
      <Leaving keeper={keeper} />
      <Notice deleted={deleted} draft={draft} onKeep={() => keeper.anew()} onLook={() => void look()} />
    </>
  );
});

interface NoticeProps {
  deleted: boolean;
  draft: DraftView;
  onKeep(): void;
  onLook(): void;
}

function Notice({ deleted, draft, onKeep, onLook }: NoticeProps) {
  if (draft.status === "changed") {
    if (deleted) {
      return (
        <div className={classes.notice} role="alert">
          <b>{text.designer.deletedTitle}</b>
          <span>{text.designer.deletedWhat}</span>
          <Button size="xs" variant="default" onClick={onKeep}>
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
        <Button size="xs" variant="default" onClick={onLook}>
          {text.designer.lookAtTheirs}
        </Button>
      </div>
    );
  }
  return draft.status === "refused" ? <ProblemNote error={draft.error} /> : null;
}
