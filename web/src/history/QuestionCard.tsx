import { Textarea } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, data } from "../api/client";
import { clock } from "../components/format";
import { once } from "../components/once";
import { ProblemNote } from "../components/ProblemNote";
import { Pill } from "../components/StatePill";
import type { Values } from "../flow/document";
import { text } from "../text";
import { ExchangeView, Sent } from "./Exchanges";
import { type Exchange, exchangesOf } from "./exchange";
import { everyTry } from "./painted";
import classes from "./QuestionCard.module.css";
import { ReadBack } from "./ReadBack";
import { type Entry, lookQuery, type Question } from "./run";

const READS = new Set(["GET", "HEAD"]);

type Answer = "happened" | "again" | "stop";

interface QuestionCardProps {
  question: Question;
  title: string;
  /** The card's app, and the flow in which it is. */
  where: string;
  /** Whether it is decided: what is shown is as it was. */
  over?: boolean;
  /** Whether one has decided it oneself: nothing is asked any more. */
  answered?: boolean;
  /** Told which answer was taken, in its words. */
  onDecided?: (answer: string) => void;
}

/** An effect whose outcome nobody knows: the evidence, and three answers. */
export function QuestionCard({
  question,
  title,
  where,
  over = false,
  answered = false,
  onDecided,
}: QuestionCardProps) {
  const queries = useQueryClient();
  const looked = useQuery(lookQuery(question));
  const [typed, setTyped] = useState<string | null>(null);
  const found = looked.data?.whole && looked.data.outputs ? JSON.stringify(looked.data.outputs, null, 2) : "";
  const outputs = typed ?? found;
  const given = objectIn(outputs);
  const decide = useMutation({
    mutationFn: (answer: Answer) =>
      data(
        api.POST("/api/v1/runs/{run_id}/decisions", {
          params: { path: { run_id: question.run_id } },
          body: {
            path: question.path,
            attempt: question.attempt,
            answer,
            outputs: answer === "happened" ? (given ?? {}) : null,
          },
        }),
      ),
    onSuccess: (_answer, answer) => {
      notifications.show({ message: text.run.question.decided[answer] });
      onDecided?.(text.run.question[answer]);
      for (const key of ["run", "runs", "inbox"]) {
        void queries.invalidateQueries({ queryKey: [key] });
      }
    },
  });
  const said = saidOf(question);
  const likely = likelyOf(looked.data?.says, said.status);
  const times = sentAt(useQuery(evidenceQuery(question)).data?.rows ?? []).length;
  const answers: { answer: Answer; title: string; what: string; disabled?: boolean }[] = [
    {
      answer: "happened",
      title: text.run.question.happened,
      what: text.run.question.happenedWhat,
      disabled: given === null,
    },
    { answer: "again", title: text.run.question.again, what: text.run.question.againWhat },
    { answer: "stop", title: text.run.question.stop, what: text.run.question.stopWhat },
  ];
  // what the evidence speaks for comes first
  answers.sort((a, b) => Number(b.answer === likely) - Number(a.answer === likely));
  return (
    <section className={classes.question} aria-label={text.run.question.title(title)}>
      <div>
        <Pill tone="ask">{text.run.question.unknown}</Pill>
      </div>
      <div>
        <h2>{text.run.question.title(title)}</h2>
        <p>{where}</p>
      </div>
      <p>
        <b dir="auto">{said.message}</b>{" "}
        {times > 1 ? text.run.question.whatAgain(times) : text.run.question.what}
      </p>
      <div className={classes.evidence}>
        <Evidence question={question} />
        <ReadBack looked={looked} />
      </div>
      {answered ? null : (
        <>
          <div className={classes.answers}>
            {answers.map((one) => (
              <button
                type="button"
                key={one.answer}
                className={`${classes.answer} ${one.answer === likely ? classes.likely : ""}`}
                disabled={over || decide.isPending || decide.isSuccess || one.disabled}
                onClick={once(() => decide.mutate(one.answer))}
              >
                <b>{one.title}</b>
                <span>{one.what}</span>
                {one.answer === likely ? <i>{becauseOf(looked.data?.says, said.status)}</i> : null}
              </button>
            ))}
          </div>
          <details>
            <summary>{text.run.question.outputs}</summary>
            <Textarea
              aria-label={text.run.question.outputs}
              value={outputs}
              onChange={(event) => setTyped(event.currentTarget.value)}
              error={given === null ? text.run.question.badOutputs : null}
              autosize
              minRows={2}
              styles={{ input: { fontFamily: "var(--mono)" } }}
            />
          </details>
        </>
      )}
      {decide.error ? <ProblemNote error={decide.error} /> : null}
    </section>
  );
}

interface Said {
  message: string;
  /** Of an answer that came and could not be used. */
  status: number | null;
}

/** What came of the request, as far as it is known. */
function saidOf({ error }: Question): Said {
  const message = typeof error?.message === "string" ? error.message : "";
  return {
    message: message || text.run.question.interrupted,
    status: typeof error?.status === "number" ? error.status : null,
  };
}

/** The answer that the evidence speaks for: what the app says now, else that it took the request. */
export function likelyOf(says: string | undefined, status: number | null): Answer | null {
  if (says === "happened" || says === "did not happen") {
    return says === "happened" ? "happened" : "again";
  }
  return status !== null && status >= 200 && status < 300 ? "happened" : null;
}

function becauseOf(says: string | undefined, status: number | null): string {
  const looked = likelyOf(says, null) !== null;
  return looked || status === null ? text.run.question.likely : text.run.question.answered(status);
}

/** What the card did, in all its attempts. */
function evidenceQuery(question: Question) {
  return queryOptions({
    queryKey: ["run", question.run_id, "evidence", question.path, question.attempt],
    queryFn: ({ signal }) =>
      data(
        api.GET("/api/v1/runs/{run_id}/trace", {
          params: {
            path: { run_id: question.run_id },
            query: { path: question.path, most: 3_000, limit: 50 },
          },
          signal,
        }),
      ),
  });
}

/** When what changes something was sent, try by try; null for a time that an older run does not tell. */
export function sentAt(entries: Entry[]): (string | null)[] {
  const changes = (one: Exchange) => !READS.has(one.method);
  return everyTry({ tries: entries }).flatMap(({ at, exchanges }) => {
    const sent = exchanges.find(changes);
    return sent === undefined ? [] : [sent.at ?? at];
  });
}

/** What was sent, as the history has it. */
export function Evidence({ question }: { question: Question }) {
  const trace = useQuery(evidenceQuery(question));
  const entry = trace.data?.rows.filter((one) => one.attempt === question.attempt).at(-1);
  const exchanges = entry ? exchangesOf(entry) : [];
  // the engine may have looked already: what asks nothing but how things stand is not what is asked about
  const exchange = exchanges.findLast((one) => !READS.has(one.method)) ?? exchanges.at(-1);
  if (trace.isPending) {
    return null;
  }
  const sent = sentAt(trace.data?.rows ?? []);
  const times = sent.filter((at) => at !== null);
  return (
    <div className={classes.sent}>
      <h3>{sent.length > 1 ? text.run.question.sentAgain(sent.length) : text.run.question.sent}</h3>
      {sent.length > 1 && times.length > 0 ? (
        <p>{`${text.run.triesAt} ${times.map(clock).join(" · ")}`}</p>
      ) : null}
      {exchange ? (
        <>
          <Sent exchange={exchange} />
          <details>
            <summary>{text.run.exchange}</summary>
            <ExchangeView exchange={exchange} />
          </details>
        </>
      ) : (
        <p>{text.run.question.noEvidence}</p>
      )}
    </div>
  );
}

/** The JSON object in a text; empty for no text, null if it is none. */
function objectIn(written: string): Values | null {
  if (written.trim() === "") {
    return {};
  }
  try {
    const parsed: unknown = JSON.parse(written);
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Values)
      : null;
  } catch {
    return null;
  }
}
