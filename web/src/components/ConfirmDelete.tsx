import { Button, Checkbox, Group, Modal } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { explain } from "../api/errors";
import { text } from "../text";
import classes from "./ConfirmDelete.module.css";
import { ProblemNote } from "./ProblemNote";
import { type Use, type Used, usesQuery } from "./uses";
import { Waiting } from "./Waiting";

const words = text.components.deleting;

interface ConfirmDeleteProps {
  title: string;
  /** What it means that it is gone; said after whether something uses it. */
  what: string;
  /** The word on the button that does it. */
  yes: string;
  /** What is to be deleted: where it is used is shown first. */
  used: Used;
  /** What happens if it goes although it is used; without it, what is used stays. */
  anyway?: string;
  /** A refusal that may be gone past, by its code, and what happens then. */
  refusal?: { code: string; label: string; what: string };
  act(evenIfUsed: boolean, evenIfRefused: boolean): Promise<unknown>;
  onClose(): void;
}

/** Asks before something is deleted, and shows where it is used. What is used goes only where that may be, and is wanted. */
export function ConfirmDelete({ title, what, yes, used, anyway, refusal, act, onClose }: ConfirmDeleteProps) {
  const uses = useQuery(usesQuery(used));
  const [sure, setSure] = useState(false);
  const [refused, setRefused] = useState(false);
  const [insists, setInsists] = useState(false);
  const doing = useMutation({
    mutationFn: () => act(sure, insists),
    onSuccess: onClose,
    onError: (error) => setRefused(explain(error).some((problem) => problem.code === refusal?.code)),
  });
  const drafts = uses.data?.drafts ?? 0;
  // a draft keeps nothing from being deleted: it is told when it is to be published
  const inUse = uses.data !== undefined && uses.data.count > drafts;
  const offered = !inUse || anyway !== undefined;
  const ready = uses.data !== undefined && (!inUse || sure) && (!refused || insists);
  return (
    <Modal opened onClose={onClose} title={title}>
      {uses.isPending ? <Waiting what={words.looking} /> : null}
      {inUse || uses.data === undefined ? null : (
        <p>
          {drafts > 0 ? words.usedByDrafts : used.kind === "folder" ? "" : words.unused} {what}
        </p>
      )}
      {uses.data && (inUse || drafts > 0) ? (
        <UsedHere uses={uses.data.rows} count={uses.data.count} onGo={onClose} />
      ) : null}
      {inUse && anyway === undefined ? <p>{words.first}</p> : null}
      {inUse && anyway !== undefined ? (
        <>
          <Checkbox
            checked={sure}
            onChange={(event) => setSure(event.currentTarget.checked)}
            label={words.anyway}
          />
          <p className={classes.quiet}>{anyway}</p>
        </>
      ) : null}
      {uses.error ? <ProblemNote error={uses.error} /> : null}
      {doing.error ? <ProblemNote error={doing.error} title={words.refused} /> : null}
      {refused && refusal ? (
        <>
          <Checkbox
            mt="sm"
            checked={insists}
            onChange={(event) => setInsists(event.currentTarget.checked)}
            label={refusal.label}
          />
          <p className={classes.quiet}>{refusal.what}</p>
        </>
      ) : null}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose}>
          {offered ? text.components.cancel : text.components.close}
        </Button>
        {offered ? (
          <Button color="red" disabled={!ready} loading={doing.isPending} onClick={() => doing.mutate()}>
            {yes}
          </Button>
        ) : null}
      </Group>
    </Modal>
  );
}

/** What uses something, with the ways to it. */
export function UsedHere({ uses, count, onGo }: { uses: readonly Use[]; count: number; onGo(): void }) {
  return (
    <>
      <p>{words.usedHere(count)}</p>
      <ul className={classes.uses} aria-label={words.uses}>
        {uses.map((use) => (
          <li key={`${use.kind} ${use.id}`}>
            <UseLink use={use} onGo={onGo} />
            <span className={classes.quiet}> {use.draft ? words.draft : words.kinds[use.kind]}</span>
          </li>
        ))}
        {count > uses.length ? <li className={classes.quiet}>{words.more(count - uses.length)}</li> : null}
      </ul>
    </>
  );
}

function UseLink({ use, onGo }: { use: Use; onGo(): void }) {
  switch (use.kind) {
    case "flow":
      return (
        <Link to="/flows/$flowId" params={{ flowId: use.id }} onClick={onGo}>
          {use.name}
        </Link>
      );
    case "folder":
      return (
        <Link to="/flows" search={{ folder: use.id }} onClick={onGo}>
          {use.name}
        </Link>
      );
    case "connection":
      return (
        <Link to="/connections" onClick={onGo}>
          {use.name}
        </Link>
      );
  }
}
