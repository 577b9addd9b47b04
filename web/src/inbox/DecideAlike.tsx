import { Button, Group, Modal, Progress, Radio, Stack, Textarea } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { explain } from "../api/errors";
import { jsonIn } from "../components/jsonIn";
import { Moment } from "../components/Moment";
import { once } from "../components/once";
import { ProblemNote } from "../components/ProblemNote";
import { Waiting } from "../components/Waiting";
import type { Json } from "../flow/document";
import { text } from "../text";
import { beginning, decideEach, type Told, type Waits } from "./alike";
import classes from "./InboxPage.module.css";
import { Otherwise, type Together, togetherQuery } from "./together";

const words = text.inbox.alike;

interface DecideAlikeProps {
  of: Together;
  onClose(): void;
  /** Told which answer was given, in its words. */
  onDecided(answer: string): void;
}

/** One answer for all that wait alike: whom it concerns, what is decided, how far it is, and what was refused. */
export function DecideAlike({ of, onClose, onDecided }: DecideAlikeProps) {
  const found = useQuery(togetherQuery(of));
  const [chosen, setChosen] = useState<string | null>(of.answers.length === 1 ? "0" : null);
  const [written, setWritten] = useState("");
  const [told, setTold] = useState<Told | null>(null);
  const stopped = useRef(false);
  const queries = useQueryClient();
  const all = found.data ?? [];
  const answer = chosen === null ? undefined : of.answers[Number(chosen)];
  const body = jsonIn(written);
  const deciding = useMutation({
    mutationFn: async (value: Json) => {
      stopped.current = false;
      const from = told ?? beginning(all);
      setTold(from);
      await decideEach(
        from,
        (one) => answer?.decide(one, value) ?? Promise.resolve(),
        setTold,
        () => stopped.current,
      );
    },
    onSettled: () => {
      if (answer) {
        onDecided(answer.title);
      }
      for (const key of ["run", "runs", "inbox"]) {
        void queries.invalidateQueries({ queryKey: [key] });
      }
    },
  });
  const busy = deciding.isPending;
  const left = told?.left.length ?? all.length;
  const close = useRef<HTMLButtonElement>(null);
  const over = told !== null && left === 0 && !busy;
  useEffect(() => {
    if (over) {
      close.current?.focus(); // what was pressed is off now
    }
  }, [over]);
  return (
    <Modal
      opened
      onClose={onClose}
      title={words.title(all.length)}
      size="lg"
      closeOnClickOutside={!busy}
      closeOnEscape={!busy}
      withCloseButton={!busy}
    >
      <Stack gap="sm">
        <p>
          <b>{of.title}</b> {of.flow}
        </p>
        {found.isPending ? <Waiting /> : null}
        {found.error ? <ProblemNote error={found.error} /> : null}
        {all.length > 0 && told === null ? <Whom all={all} /> : null}
        {told === null ? (
          <Radio.Group label={words.what} value={chosen} onChange={setChosen}>
            <Stack gap="xs" mt={6}>
              {of.answers.map((one, number) => (
                <Radio
                  key={one.title}
                  value={String(number)}
                  label={one.title}
                  description={one.what}
                  disabled={busy}
                />
              ))}
            </Stack>
          </Radio.Group>
        ) : null}
        {of.body && told === null ? (
          <Textarea
            label={words.body}
            value={written}
            onChange={(event) => setWritten(event.currentTarget.value)}
            error={body === null ? text.run.pause.badBody : null}
            autosize
            minRows={2}
            styles={{ input: { fontFamily: "var(--mono)" } }}
          />
        ) : null}
        {told ? <HowFar told={told} all={all.length} onGo={onClose} /> : null}
        {deciding.error ? <ProblemNote error={deciding.error} /> : null}
        <Group justify="flex-end">
          {busy ? (
            <Button
              variant="default"
              onClick={() => {
                stopped.current = true;
              }}
            >
              {words.halt}
            </Button>
          ) : (
            <Button ref={close} variant="default" onClick={onClose}>
              {told ? text.components.close : text.components.cancel}
            </Button>
          )}
          {/* it stays where it is when all are decided: a second press meets no other button */}
          {all.length > 0 ? (
            <Button
              disabled={left === 0 || answer === undefined || body === null}
              loading={busy}
              onClick={once(() => deciding.mutate(body?.value ?? null))}
            >
              {answer ? answer.confirm(left > 0 ? left : all.length) : words.choose}
            </Button>
          ) : null}
        </Group>
      </Stack>
    </Modal>
  );
}

/** Whom it concerns, each with a way to its run. */
function Whom({ all }: { all: readonly Waits[] }) {
  return (
    <section
      className={classes.whom}
      aria-label={words.whom}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
      tabIndex={0}
    >
      <ul aria-label={words.whom}>
        {all.map((one) => (
          <li key={one.key}>
            <b>{one.about ?? words.nobody}</b>
            <span>
              {text.run.question.since} <Moment at={one.since} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** How many are decided, and those that were refused with the reason. */
function HowFar({ told, all, onGo }: { told: Told; all: number; onGo(): void }) {
  const done = told.decided + told.refused.length;
  return (
    <>
      <Progress value={all === 0 ? 100 : (100 * done) / all} aria-label={words.progress} />
      <p role="status">
        {words.soFar(told.decided, all)}
        {told.refused.length > 0 ? ` ${words.refused(told.refused.length)}` : ""}
      </p>
      {told.refused.length > 0 ? (
        <ul className={classes.refused} aria-label={words.refusedList}>
          {told.refused.map(({ of, error }) => (
            <li key={of.key}>
              <Link to="/history/$runId" params={{ runId: of.run }} onClick={onGo}>
                {of.about ?? words.nobody}
              </Link>{" "}
              {why(error)}
            </li>
          ))}
        </ul>
      ) : null}
    </>
  );
}

function why(error: unknown): string {
  if (error instanceof Otherwise) {
    return error.message;
  }
  return explain(error)
    .map((problem) => `${problem.what} ${problem.mend}`)
    .join(" ");
}
