import { Button } from "@mantine/core";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useEffect, useState } from "react";
import { Moment } from "../components/Moment";
import { PageBar } from "../components/Page";
import { ProblemNote } from "../components/ProblemNote";
import { Pill } from "../components/StatePill";
import { Waiting as WaitingNote } from "../components/Waiting";
import { PauseCard } from "../history/PauseCard";
import { QuestionCard } from "../history/QuestionCard";
import { useCardTitle } from "../history/useCardTitle";
import { text } from "../text";
import { samePause, sameQuestion } from "./alike";
import { DecideAlike } from "./DecideAlike";
import classes from "./InboxPage.module.css";
import { pausesLike, questionsLike, type Together } from "./together";
import { type Asking, inboxQuery, keyOf, keyOfPause, type Paused, pausedQuery } from "./waiting";

/** All that waits for a person, and the screen to decide it: outcomes that nobody knows, then runs to be resumed. */
export function InboxPage() {
  const inbox = useInfiniteQuery(inboxQuery);
  const pauses = useInfiniteQuery(pausedQuery);
  const [chosen, setChosen] = useState<string | null>(null);
  const [together, setTogether] = useState<Together | null>(null);
  const asking = inbox.data?.pages.flatMap((page) => page.rows) ?? [];
  const paused = pauses.data?.pages.flatMap((page) => page.rows) ?? [];
  const keys = [...asking.map(keyOf), ...paused.map(keyOfPause)];
  const shown = chosen !== null && keys.includes(chosen) ? chosen : keys[0];
  const queries = useQueryClient();
  const waiting = keys.length;
  useEffect(() => {
    // the number beside the page's name tells of the same
    if (waiting > 0) {
      void queries.invalidateQueries({ queryKey: ["inbox", "count"] });
    }
  }, [queries, waiting]);
  const error = inbox.error ?? pauses.error;
  return (
    <>
      <PageBar title={text.inbox.title} about={text.inbox.about} />
      {error ? <ProblemNote error={error} /> : null}
      {inbox.isPending || pauses.isPending ? <WaitingNote /> : null}
      {inbox.isSuccess && pauses.isSuccess && keys.length === 0 ? (
        <p className={classes.empty}>{text.inbox.none}</p>
      ) : null}
      {shown === undefined ? null : (
        <div className={classes.body}>
          <ul className={classes.list} aria-label={text.inbox.title}>
            {asking.map((row) => (
              <li key={keyOf(row)}>
                <Question row={row} current={keyOf(row) === shown} onChoose={() => setChosen(keyOf(row))} />
              </li>
            ))}
            <More query={inbox} />
            {paused.map((row) => (
              <li key={keyOfPause(row)}>
                <Pause
                  row={row}
                  current={keyOfPause(row) === shown}
                  onChoose={() => setChosen(keyOfPause(row))}
                />
              </li>
            ))}
            <More query={pauses} />
          </ul>
          {asking
            .filter((row) => keyOf(row) === shown)
            .map((row) => (
              <QuestionDetail
                key={shown}
                row={row}
                alike={asking.filter((other) => sameQuestion(row, other)).length}
                more={inbox.hasNextPage}
                onAlike={setTogether}
              />
            ))}
          {paused
            .filter((row) => keyOfPause(row) === shown)
            .map((row) => (
              <PauseDetail
                key={shown}
                row={row}
                alike={paused.filter((other) => samePause(row, other)).length}
                more={pauses.hasNextPage}
                onAlike={setTogether}
              />
            ))}
        </div>
      )}
      {together ? <DecideAlike of={together} onClose={() => setTogether(null)} /> : null}
    </>
  );
}

interface MoreProps {
  query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage(): Promise<unknown> };
}

function More({ query }: MoreProps) {
  return query.hasNextPage ? (
    <li>
      <Button
        variant="subtle"
        fullWidth
        loading={query.isFetchingNextPage}
        onClick={() => void query.fetchNextPage()}
      >
        {text.components.more}
      </Button>
    </li>
  ) : null;
}

interface ItemProps<Row> {
  row: Row;
  current: boolean;
  onChoose(): void;
}

function Question({ row, current, onChoose }: ItemProps<Asking>) {
  const title = useCardTitle(row, row.question.path);
  return (
    <button type="button" className={classes.item} aria-current={current} onClick={onChoose}>
      <Pill tone="ask">{text.run.question.unknown}</Pill>
      <b>{text.run.question.title(title)}</b>
      <span>
        {row.about ?? row.flow_name} · {text.run.question.since} <Moment at={row.since} />
      </span>
    </button>
  );
}

function Pause({ row, current, onChoose }: ItemProps<Paused>) {
  const title = useCardTitle(row, row.pause.path);
  return (
    <button type="button" className={classes.item} aria-current={current} onClick={onChoose}>
      <Pill tone="quiet">{text.run.outcome.waiting}</Pill>
      <b>{text.run.pause.title(title)}</b>
      <span>
        {row.about ?? row.flow_name} · {text.run.pause.since} <Moment at={row.pause.since} />
      </span>
    </button>
  );
}

interface OneProps<Row> {
  row: Row;
  /** How many of those that are here wait alike, itself counted. */
  alike: number;
  /** Whether there are others that are not here yet. */
  more: boolean;
  onAlike(together: Together): void;
}

function QuestionDetail({ row, onAlike, ...others }: OneProps<Asking>) {
  const title = useCardTitle(row, row.question.path);
  return (
    <Detail row={row} run={row.question.run_id}>
      <QuestionCard question={row.question} title={title} />
      <Others {...others} onPress={() => onAlike(questionsLike(row, title))} />
    </Detail>
  );
}

function PauseDetail({ row, onAlike, ...others }: OneProps<Paused>) {
  const title = useCardTitle(row, row.pause.path);
  return (
    <Detail row={row} run={row.pause.run_id}>
      <PauseCard pause={row.pause} title={title} />
      <Others {...others} onPress={() => onAlike(pausesLike(row, title))} />
    </Detail>
  );
}

/** That others wait alike, and the way to decide all of them at once. */
function Others({ alike, more, onPress }: { alike: number; more: boolean; onPress(): void }) {
  return alike > 1 ? (
    <p className={classes.about}>
      {text.inbox.alike.more(alike - 1, more)}{" "}
      <button type="button" className={classes.link} onClick={onPress}>
        {text.inbox.alike.open(alike, more)}
      </button>
    </p>
  ) : null;
}

interface DetailProps {
  row: Pick<Asking, "flow_name" | "about">;
  run: string;
  children: ReactNode;
}

function Detail({ row, run, children }: DetailProps) {
  return (
    <div className={classes.detail}>
      <p className={classes.about}>
        {row.flow_name}
        {row.about ? ` · ${row.about}` : ""} ·{" "}
        <Link to="/history/$runId" params={{ runId: run }}>
          {text.inbox.openRun}
        </Link>
      </p>
      {children}
    </div>
  );
}
