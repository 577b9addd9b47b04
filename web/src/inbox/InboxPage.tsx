import { Button } from "@mantine/core";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { Moment } from "../components/Moment";
import { PageBar } from "../components/Page";
import { ProblemNote } from "../components/ProblemNote";
import { Pill } from "../components/StatePill";
import { Waiting as WaitingNote } from "../components/Waiting";
import { PauseCard } from "../history/PauseCard";
import { QuestionCard } from "../history/QuestionCard";
import { useCalled } from "../history/useCalled";
import { text } from "../text";
import { samePause, sameQuestion } from "./alike";
import { DecideAlike } from "./DecideAlike";
import classes from "./InboxPage.module.css";
import { standing } from "./standing";
import { pausesLike, questionsLike, type Together } from "./together";
import { useInPlace } from "./useInPlace";
import {
  type Asking,
  flowOf,
  inboxQuery,
  keyOf,
  keyOfPause,
  type Paused,
  pausedQuery,
  whomOf,
} from "./waiting";

/** All that waits for a person, and the screen to decide it: outcomes that nobody knows, then runs to be resumed. */
export function InboxPage() {
  const inbox = useInfiniteQuery(inboxQuery);
  const pauses = useInfiniteQuery(pausedQuery);
  const [remembered, setRemembered] = useState<Item | null>(null);
  const [together, setTogether] = useState<Together | null>(null);
  const [answered, setAnswered] = useState<Answered | null>(null);
  const asking = inbox.data?.pages.flatMap((page) => page.rows) ?? [];
  const paused = pauses.data?.pages.flatMap((page) => page.rows) ?? [];
  const items = [...asking.map(itemOf), ...paused.map(itemOfPause)];
  const fresh = inbox.isFetchedAfterMount && pauses.isFetchedAfterMount;
  const { one: shown, gone: left } = standing(remembered, items, fresh);
  const mine = answered !== null && answered.key === shown?.key && (left || answered.alone) ? answered : null;
  const gone = left || mine !== null;
  if (shown !== null && (shown.key !== remembered?.key || shown.row !== remembered.row)) {
    setRemembered(shown);
  }
  const queries = useQueryClient();
  const waiting = items.length;
  useEffect(() => {
    // the number beside the page's name tells of the same
    if (waiting > 0) {
      void queries.invalidateQueries({ queryKey: ["inbox", "count"] });
    }
  }, [queries, waiting]);
  const place = useInPlace();
  const choose = (item: Item) => {
    setRemembered(item);
    place.onOpen();
  };
  const error = inbox.error ?? pauses.error;
  const next = items.find((item) => item.key !== shown?.key);
  const answers = (what: string, alone: boolean) => shown && setAnswered({ key: shown.key, what, alone });
  const one = {
    ...{ gone, mine, deciding: together !== null, onAlike: setTogether },
    onNext: next ? () => setRemembered(next) : null,
    onAnswer: (what: string) => answers(what, true),
    onBack: waiting > 0 ? place.onBack : null,
  };
  return (
    <>
      <PageBar title={text.inbox.title} about={text.inbox.about} />
      {error ? <ProblemNote error={error} /> : null}
      {inbox.isPending || pauses.isPending ? <WaitingNote /> : null}
      {inbox.isSuccess && pauses.isSuccess && waiting === 0 ? (
        <p className={classes.empty}>{text.inbox.none}</p>
      ) : null}
      {shown === null && waiting === 0 ? null : (
        <div ref={place.body} className={waiting > 0 ? classes.body : classes.alone} data-open={place.open}>
          <ul className={classes.list} aria-label={text.inbox.title} hidden={waiting === 0}>
            {asking.map((row) => (
              <li key={keyOf(row)}>
                <Question
                  row={row}
                  current={keyOf(row) === shown?.key}
                  onChoose={() => choose(itemOf(row))}
                />
              </li>
            ))}
            <More query={inbox} />
            {paused.map((row) => (
              <li key={keyOfPause(row)}>
                <Pause
                  row={row}
                  current={keyOfPause(row) === shown?.key}
                  onChoose={() => choose(itemOfPause(row))}
                />
              </li>
            ))}
            <More query={pauses} />
          </ul>
          {shown?.kind === "question" ? (
            <QuestionDetail
              key={shown.key}
              row={shown.row}
              {...one}
              alike={asking.filter((other) => sameQuestion(shown.row, other)).length}
              more={inbox.hasNextPage}
            />
          ) : null}
          {shown?.kind === "pause" ? (
            <PauseDetail
              key={shown.key}
              row={shown.row}
              {...one}
              alike={paused.filter((other) => samePause(shown.row, other)).length}
              more={pauses.hasNextPage}
            />
          ) : null}
        </div>
      )}
      {together ? (
        <DecideAlike
          of={together}
          onClose={() => setTogether(null)}
          onDecided={(what) => answers(what, false)}
        />
      ) : null}
    </>
  );
}

/** What one has just answered oneself, in its words; alone, or as one of several that may have been refused. */
interface Answered {
  key: string;
  what: string;
  alone: boolean;
}

/** One thing that waits; it is shown until somebody goes on, also when it waits no more. */
type Item = { kind: "question"; key: string; row: Asking } | { kind: "pause"; key: string; row: Paused };

function itemOf(row: Asking): Item {
  return { kind: "question", key: keyOf(row), row };
}

function itemOfPause(row: Paused): Item {
  return { kind: "pause", key: keyOfPause(row), row };
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
  const { title, app } = useCalled(row, row.question.path);
  return (
    <button type="button" className={classes.item} aria-current={current} onClick={onChoose}>
      <Pill tone="ask">{text.run.question.unknown}</Pill>
      <b>{text.run.question.title(title)}</b>
      <span className={classes.told}>{text.run.question.where(app, flowOf(row))}</span>
      <span className={classes.told}>
        {whomOf(row) ? `${whomOf(row)} · ` : ""}
        {text.run.question.since} <Moment at={row.since} />
      </span>
    </button>
  );
}

function Pause({ row, current, onChoose }: ItemProps<Paused>) {
  const { title } = useCalled(row, row.pause.path);
  return (
    <button type="button" className={classes.item} aria-current={current} onClick={onChoose}>
      <Pill tone="quiet">{text.run.outcome.waiting}</Pill>
      <b>{text.run.pause.title(title)}</b>
      <span className={classes.told}>
        {[whomOf(row), row.works_for || !whomOf(row) ? flowOf(row) : null].filter(Boolean).join(" · ")} ·{" "}
        {text.run.pause.since} <Moment at={row.pause.since} />
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
  /** Whether it waits no more. */
  gone: boolean;
  /** Go on with another one; null if there is none. */
  onNext: (() => void) | null;
  /** What one has answered oneself, if so. */
  mine: Answered | null;
  /** Whether all alike are being decided: the keyboard belongs to that. */
  deciding: boolean;
  onAnswer(what: string): void;
  /** Back to the list; null where nothing else waits. */
  onBack: (() => void) | null;
}

function QuestionDetail({ row, onAlike, onAnswer, alike, more, ...detail }: OneProps<Asking>) {
  const { title, app } = useCalled(row, row.question.path);
  return (
    <Detail row={row} run={row.question.run_id} {...detail}>
      <QuestionCard
        question={row.question}
        title={title}
        where={text.run.question.where(app, flowOf(row))}
        over={detail.gone}
        answered={detail.mine !== null}
        onDecided={onAnswer}
      />
      {detail.gone ? null : (
        <Others {...{ alike, more }} onPress={() => onAlike(questionsLike(row, title))} />
      )}
    </Detail>
  );
}

function PauseDetail({ row, onAlike, onAnswer, alike, more, ...detail }: OneProps<Paused>) {
  const { title } = useCalled(row, row.pause.path);
  return (
    <Detail row={row} run={row.pause.run_id} {...detail}>
      <PauseCard
        pause={row.pause}
        title={title}
        over={detail.gone}
        answered={detail.mine !== null}
        onResumed={() => onAnswer(text.run.pause.resume)}
      />
      {detail.gone ? null : <Others {...{ alike, more }} onPress={() => onAlike(pausesLike(row, title))} />}
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

interface DetailProps extends GoneProps {
  row: Pick<Asking, "flow_name" | "about" | "works_for">;
  run: string;
  gone: boolean;
  onBack: (() => void) | null;
  children: ReactNode;
}

function Detail({ row, run, gone, onBack, children, ...props }: Omit<DetailProps, "about">) {
  return (
    <div className={classes.detail} tabIndex={-1}>
      {onBack ? (
        <div className={classes.back}>
          <Button size="compact-md" variant="subtle" onClick={onBack}>
            {text.inbox.back}
          </Button>
        </div>
      ) : null}
      <p className={classes.about}>
        {flowOf(row)}
        {whomOf(row) ? ` · ${whomOf(row)}` : ""} ·{" "}
        <Link to="/history/$runId" params={{ runId: run }}>
          {text.inbox.openRun}
        </Link>
      </p>
      <div role="status">{gone ? <Gone about={whomOf(row) ?? row.flow_name} {...props} /> : null}</div>
      {children}
    </div>
  );
}

interface GoneProps {
  about: string;
  onNext: (() => void) | null;
  mine: Answered | null;
  deciding: boolean;
}

/** Tells that what is shown waits no more. Another one comes by a press, so that nothing is decided for it by mistake. */
function Gone({ about, onNext, mine, deciding }: GoneProps) {
  const place = useRef<HTMLDivElement>(null);
  const answered = mine !== null && !deciding;
  const leads = onNext !== null;
  useEffect(() => {
    // the button that was pressed is gone, and so is the one that leads on where nothing waits any more
    if (answered) {
      const next = leads ? place.current?.querySelector("button") : null;
      (next ?? place.current)?.focus({ preventScroll: true });
      place.current?.scrollIntoView({ block: "nearest" });
    }
  }, [answered, leads]);
  return (
    <div className={classes.gone} ref={place} tabIndex={-1}>
      <p>
        {mine ? (
          <>
            <b>{text.inbox.answered(about, mine.what)}</b>{" "}
            {mine.what === text.run.question.again ? text.inbox.onceMore : null}{" "}
            {onNext ? null : text.inbox.last}
          </>
        ) : (
          <>
            <b>{text.inbox.gone(about)}</b> {text.inbox.goneWhat}
          </>
        )}
      </p>
      {onNext ? (
        <Button size="compact-md" variant="default" onClick={onNext}>
          {text.inbox.next}
        </Button>
      ) : null}
    </div>
  );
}
