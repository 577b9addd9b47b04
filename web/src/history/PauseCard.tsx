import { Button, Textarea } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, data } from "../api/client";
import { jsonIn } from "../components/jsonIn";
import { Moment } from "../components/Moment";
import { once } from "../components/once";
import { ProblemNote } from "../components/ProblemNote";
import { Pill } from "../components/StatePill";
import { text } from "../text";
import classes from "./QuestionCard.module.css";
import type { Pause } from "./run";

interface PauseCardProps {
  pause: Pause;
  title: string;
  /** Whether it pauses no more: what is shown is as it was. */
  over?: boolean;
  /** Whether one has resumed it oneself: nothing is asked any more. */
  answered?: boolean;
  /** Told that it was resumed. */
  onResumed?: () => void;
}

/** A run that pauses until somebody resumes it: since when, until when, and the button that does. */
export function PauseCard({ pause, title, over = false, answered = false, onResumed }: PauseCardProps) {
  const queries = useQueryClient();
  const [written, setWritten] = useState("");
  const body = jsonIn(written);
  const resume = useMutation({
    mutationFn: () =>
      data(
        api.POST("/api/v1/runs/{run_id}/resume", {
          params: { path: { run_id: pause.run_id } },
          body: { path: pause.path, body: body?.value ?? null },
        }),
      ),
    onSuccess: (answer) => {
      onResumed?.();
      notifications.show({ message: answer.before ? text.run.pause.before : text.run.pause.resumed });
      for (const key of ["run", "runs", "inbox"]) {
        void queries.invalidateQueries({ queryKey: [key] });
      }
    },
  });
  return (
    <section className={classes.question} aria-label={text.run.pause.title(title)}>
      <div>
        <Pill tone="quiet">{text.run.outcome.waiting}</Pill>
      </div>
      <h2>{text.run.pause.title(title)}</h2>
      <p>
        {text.run.pause.since} <Moment at={pause.since} /> · {text.run.pause.until}{" "}
        <Moment at={pause.until} />
      </p>
      <p>{text.run.pause.what}</p>
      {answered ? null : (
        <>
          <details>
            <summary>{text.run.pause.body}</summary>
            <Textarea
              aria-label={text.run.pause.body}
              value={written}
              onChange={(event) => setWritten(event.currentTarget.value)}
              error={body === null ? text.run.pause.badBody : null}
              autosize
              minRows={2}
              styles={{ input: { fontFamily: "var(--mono)" } }}
            />
          </details>
          <div>
            <Button
              disabled={over || resume.isSuccess || body === null}
              loading={resume.isPending}
              onClick={once(() => resume.mutate())}
            >
              {text.run.pause.resume}
            </Button>
          </div>
        </>
      )}
      {resume.error ? <ProblemNote error={resume.error} /> : null}
    </section>
  );
}
