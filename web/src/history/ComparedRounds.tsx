import { Button } from "@mantine/core";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { api, data } from "../api/client";
import { ProblemNote } from "../components/ProblemNote";
import type { Flow } from "../flow/document";
import { text } from "../text";
import classes from "./ComparePage.module.css";
import { type CardPair, differingCalls, differingRounds, nextDiffering } from "./compare";
import { callsInRounds, loopsAround, paint, pathOf, type Rounds, roundCount, roundPath } from "./painted";
import { RoundChoice } from "./RoundChoice";
import { type Helper, traceQuery } from "./run";
import type { Run } from "./runs";
import { useHelper } from "./useHelper";

const words = text.compare;
/** Rounds that are looked through at first, and those of one press of a button. */
const FIRST_ROUNDS = 20;
const ROUNDS_AT_ONCE = 50;
/** Helper runs that are read at once of each run, and how often for one look. */
const CALLS_AT_ONCE = 200;
const CALLS_OFTEN = 5;
/** Rounds that differ of which each has a button. */
const MOST_SHOWN = 30;

interface InsideProps {
  runs: [Run, Run];
  /** A flow that has the card. */
  flow: Flow;
  pair: CardPair;
  title: string;
  rounds: Rounds;
  onRounds: (rounds: Rounds) => void;
}

/** What is behind a card: the rounds of a loop, the helper runs of one that calls a flow. */
export function Inside(props: InsideProps) {
  const { runs, flow, pair, rounds } = props;
  if (pair.card.do?.length) {
    return <LoopRounds {...props} />;
  }
  if (!pair.card.call || (pair.one.last === null && pair.other.last === null)) {
    return null;
  }
  const path = pathOf(flow, pair.id, rounds);
  return callsInRounds(pair.card) ? (
    <CalledRounds {...props} path={path} />
  ) : (
    <div className={classes.rounds}>
      <CalledPair runs={runs} path={path} />
    </div>
  );
}

/** The round of a loop with a body in place that is compared, and those that differ, as far as the page has looked. */
function LoopRounds({ runs, flow, pair, title, rounds, onRounds }: InsideProps) {
  const queries = useQueryClient();
  const count = countOf(pair);
  const round = rounds[pair.id] ?? 0;
  const around = loopsAround(flow, pair.id).map((loop) => rounds[loop] ?? 0);
  const looking = useInfiniteQuery({
    queryKey: ["compare", ...runs.map((run) => run.id), pair.id, around, count],
    queryFn: ({ pageParam }) =>
      differingRounds(
        pair.card,
        async (at) => {
          const inside = roundPath(flow, pair.id, { ...rounds, [pair.id]: at });
          const traces = await Promise.all(runs.map((run) => queries.fetchQuery(traceQuery(run, inside))));
          const [a = [], b = []] = traces;
          return a.length === 0 && b.length === 0 ? null : { one: paint(a), other: paint(b) };
        },
        { from: pageParam, most: pageParam === 0 ? FIRST_ROUNDS : ROUNDS_AT_ONCE, count },
      ),
    initialPageParam: 0,
    getNextPageParam: (page) => page.next,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnReconnect: false,
  });
  const pages = looking.data?.pages ?? [];
  return (
    <div className={classes.rounds}>
      <Differing
        {...{ title, count, round, looking }}
        differing={pages.flatMap((page) => page.rounds)}
        looked={pages.length > 0 ? (pages.at(-1)?.next ?? count) : null}
        onRound={(at) => onRounds({ ...rounds, [pair.id]: at })}
      />
    </div>
  );
}

/** How many rounds the run has that has more; null if that is not known. */
function countOf(pair: CardPair): number | null {
  const counts = [roundCount(pair.one), roundCount(pair.other)];
  return counts.some((one) => one === null) ? null : Math.max(...counts.map((one) => one ?? 0));
}

interface Side {
  rows: Helper[];
  next: string | null;
}

/** The same of a loop that calls a helper flow in each round: its rounds are compared by what is told of their runs. */
function CalledRounds({ runs, pair, title, rounds, onRounds, path }: InsideProps & { path: string }) {
  const round = rounds[pair.id] ?? 0;
  const looking = useInfiniteQuery({
    queryKey: ["compare", ...runs.map((run) => run.id), "called", path],
    queryFn: ({ pageParam, signal }) =>
      Promise.all(runs.map((run, at) => called(run, path, pageParam[at], signal))),
    initialPageParam: [undefined, undefined] as (string | null | undefined)[],
    getNextPageParam: (page) => (page.some((side) => side.next) ? page.map((side) => side.next) : undefined),
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnReconnect: false,
  });
  const pages = looking.data?.pages ?? [];
  const [one = [], other = []] = runs.map((_, at) => pages.flatMap((page) => page[at]?.rows ?? []));
  const all = looking.isSuccess && !looking.hasNextPage;
  return (
    <div className={classes.rounds}>
      <Differing
        {...{ title, round, looking }}
        count={countOf(pair)}
        differing={differingCalls(one, other, all)}
        looked={all ? null : Math.min(one.length, other.length)}
        onRound={(at) => onRounds({ ...rounds, [pair.id]: at })}
      />
      <CalledPair runs={runs} path={`${path}[${round}]`} />
    </div>
  );
}

/** Helper runs of the rounds of a loop behind a place, so many of them; none where an earlier look has met the last. */
async function called(run: Run, loop: string, after: string | null | undefined, signal: AbortSignal) {
  const found: Side = { rows: [], next: null };
  let next = after;
  for (let often = 0; often < CALLS_OFTEN && next !== null; often++) {
    const params = { path: { run_id: run.id }, query: { loop, limit: CALLS_AT_ONCE, after: next } };
    const page = await data(api.GET("/api/v1/runs/{run_id}/helpers", { params, signal }));
    found.rows.push(...page.rows);
    next = page.next;
  }
  return { ...found, next: next ?? null };
}

/** From a card that called a flow in both runs to what its two runs have done otherwise. */
function CalledPair({ runs, path }: { runs: [Run, Run]; path: string }) {
  const [one, other] = [useHelper(runs[0], path), useHelper(runs[1], path)];
  if (one && other) {
    const about = one.about ?? one.given;
    return (
      <Link to="/history/$runId/compare/$otherId" params={{ runId: one.id, otherId: other.id }}>
        {about ? words.helpersOf(about) : words.helpers}
      </Link>
    );
  }
  const only = one ?? other;
  return only ? (
    <Link to="/history/$runId" params={{ runId: only.id }}>
      {words.onlyHelper}
    </Link>
  ) : null;
}

interface DifferingProps {
  title: string;
  count: number | null;
  round: number;
  differing: readonly number[];
  /** As far as it was looked; null for all. */
  looked: number | null;
  looking: {
    isFetching: boolean;
    isFetchingNextPage: boolean;
    hasNextPage: boolean;
    error: Error | null;
    fetchNextPage: () => Promise<unknown>;
  };
  onRound: (round: number) => void;
}

/** Which round is compared, and those that differ. */
function Differing({ title, count, round, differing, looked, looking, onRound }: DifferingProps) {
  const next = nextDiffering(differing, round);
  return (
    <>
      <RoundChoice title={title} count={count} round={round} onRound={onRound} />
      {next === null ? null : (
        <Button variant="default" size="compact-sm" onClick={() => onRound(next)}>
          {words.nextDiffering}
        </Button>
      )}
      <span role="status">
        {looking.isFetching
          ? words.roundsLooking
          : differing.length > 0
            ? words.roundsDiffer
            : words.roundsSame(looked)}
      </span>
      {differing.slice(0, MOST_SHOWN).map((at) => (
        <Button
          key={at}
          variant="default"
          size="compact-sm"
          aria-label={words.openRound(at + 1)}
          aria-pressed={at === round}
          onClick={() => onRound(at)}
        >
          {at + 1}
        </Button>
      ))}
      {differing.length > MOST_SHOWN ? words.roundsMore(differing.length - MOST_SHOWN) : null}
      {looking.error ? <ProblemNote error={looking.error} /> : null}
      {looking.hasNextPage ? (
        <Button
          variant="subtle"
          size="compact-sm"
          loading={looking.isFetchingNextPage}
          onClick={() => void looking.fetchNextPage()}
        >
          {words.lookOn(looked ?? 0)}
        </Button>
      ) : null}
    </>
  );
}
