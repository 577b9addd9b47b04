import { Button, Modal } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, data } from "../api/client";
import { copyText } from "../components/copyText";
import { ProblemNote } from "../components/ProblemNote";
import { useSettled } from "../components/useSettled";
import { text } from "../text";
import { CompareButton } from "./CompareButton";
import { RerunDialog } from "./RerunDialog";
import classes from "./RunActions.module.css";
import { runQuery, versionQuery } from "./run";
import { hasEnded, isRunAgain, type Run } from "./runs";

/** A card to begin again with: its path and what it is called. */
export interface Beginning {
  path: string;
  title: string;
}

interface RunActionsProps {
  run: Run;
  /** The first card; a run without cards cannot be run again. */
  first: Beginning | null;
  /** The card that is looked at or that failed. */
  chosen: Beginning | null;
}

/** What one may do with a run. */
export function RunActions({ run, first, chosen }: RunActionsProps) {
  const [again, setAgain] = useState<{ run: Run; beginning: Beginning; whole: boolean } | null>(null);
  const whole = useWhole(run, first);
  const done = isRunAgain(useQuery(runQuery(run.root_id)).data?.again);
  return (
    <>
      {hasEnded(run) ? (
        // of one width whatever card is chosen, so that nothing moves below the pointer
        <span className={classes.from}>
          {chosen ? (
            <Button
              fullWidth
              variant={done ? "default" : "filled"}
              title={text.run.actions.againFrom(chosen.title)}
              onClick={() => setAgain({ run, beginning: chosen, whole: false })}
            >
              {text.run.actions.againFrom(chosen.title)}
            </Button>
          ) : null}
        </span>
      ) : null}
      <Button variant="subtle" onClick={() => void copyLink()}>
        {text.run.copyLink}
      </Button>
      <CompareButton run={run} />
      {hasEnded(run) || run.cancelling ? null : <CancelButton run={run} />}
      {hasEnded(run) && whole ? (
        <Button variant="default" onClick={() => setAgain({ ...whole, whole: true })}>
          {text.run.actions.again}
        </Button>
      ) : null}
      {again ? <RerunDialog {...again} onClose={() => setAgain(null)} /> : null}
    </>
  );
}

/** All of it once more, from the first card of the run that the event began: a helper run is a part of that. */
function useWhole(run: Run, first: Beginning | null): { run: Run; beginning: Beginning } | null {
  const helper = run.parent_id !== null;
  const root = useQuery({ ...runQuery(run.root_id), enabled: helper }).data;
  const version = useQuery({ ...versionQuery(root ?? run), enabled: helper && root !== undefined });
  if (!helper) {
    return first && { run, beginning: first };
  }
  const card = version.data?.flow?.cards?.[0];
  return root && card && hasEnded(root)
    ? { run: root, beginning: { path: card.id, title: card.title || card.id } }
    : null;
}

async function copyLink() {
  await copyText(window.location.href);
  notifications.show({ message: text.run.linkCopied });
}

function CancelButton({ run }: { run: Run }) {
  const [open, dialog] = useDisclosure(false);
  const settled = useSettled(open);
  const queries = useQueryClient();
  const cancel = useMutation({
    mutationFn: () =>
      data(api.POST("/api/v1/runs/{run_id}/cancel", { params: { path: { run_id: run.id } } })),
    onSuccess: () => {
      dialog.close();
      notifications.show({ message: text.run.actions.cancelled });
      for (const key of ["run", "runs"]) {
        void queries.invalidateQueries({ queryKey: [key] });
      }
    },
  });
  return (
    <>
      <Button variant="default" onClick={dialog.open}>
        {text.run.actions.cancel}
      </Button>
      <Modal
        opened={open}
        onClose={dialog.close}
        closeOnClickOutside={settled}
        title={text.run.actions.cancelTitle}
      >
        <p>{text.run.actions.cancelWhat}</p>
        {cancel.error ? <ProblemNote error={cancel.error} /> : null}
        <div style={{ display: "flex", gap: 8, justifyContent: "flex-end", marginTop: 16 }}>
          <Button variant="default" onClick={dialog.close}>
            {text.run.actions.keep}
          </Button>
          <Button loading={cancel.isPending} onClick={() => cancel.mutate()}>
            {text.run.actions.cancelYes}
          </Button>
        </div>
      </Modal>
    </>
  );
}
