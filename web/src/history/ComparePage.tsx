import { Button, Switch } from "@mantine/core";
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { type ReactNode, useMemo, useRef, useState } from "react";
import { duration } from "../components/format";
import { Moment } from "../components/Moment";
import { PageBar, PageBody } from "../components/Page";
import { ProblemNote } from "../components/ProblemNote";
import { StatePill } from "../components/StatePill";
import { Value } from "../components/Value";
import { Waiting } from "../components/Waiting";
import { type CardSpec, useCards } from "../flow/catalogue";
import { type Flow, walk } from "../flow/document";
import { text } from "../text";
import classes from "./ComparePage.module.css";
import { type CardPair, compared, differingRounds, type FieldPair, type Part, pairsOf } from "./compare";
import { useDrawable } from "./drawn";
import { OddVersion } from "./OddVersion";
import { Badge, titleOf } from "./PaintedCard";
import { loopsAround, paint, type Rounds, roundCount, roundPath } from "./painted";
import { RoundChoice } from "./RoundChoice";
import { eventQuery, runQuery, traceQuery } from "./run";
import { type Run, saidVersion } from "./runs";
import { usePainting } from "./usePainting";

const words = text.compare;
/** Rounds that are looked through at first, and those of one press of a button. */
const FIRST_ROUNDS = 20;
const ROUNDS_AT_ONCE = 50;
/** Rounds that differ of which each has a button. */
const MOST_SHOWN = 30;

/** Two runs of a flow side by side: what went otherwise, card by card. */
export function ComparePage() {
  const { runId, otherId } = useParams({ from: "/shell/history/$runId/compare/$otherId" });
  const one = useQuery(runQuery(runId));
  const other = useQuery(runQuery(otherId));
  const error = one.error ?? other.error;
  if (one.data === undefined || other.data === undefined) {
    return (
      <>
        <PageBar title={words.title} crumb={<Link to="/history">{text.run.crumb}</Link>} />
        <PageBody>{error ? <ProblemNote error={error} /> : <Waiting />}</PageBody>
      </>
    );
  }
  return <Loaded one={one.data} other={other.data} />;
}

/** A run's flow as it ran, and what its cards did in the rounds that are looked at. */
function useSide(run: Run, rounds: Rounds) {
  const { flow, odd, error: missing } = useDrawable(run);
  const event = useQuery(eventQuery(run));
  const { painting, error, pending } = usePainting(run, flow, rounds);
  const now = useMemo(() => (flow && !pending ? { flow, painting } : null), [flow, painting, pending]);
  const shown = useRef<typeof now>(null);
  // while another round is on its way, the one before is seen
  shown.current = now ?? shown.current;
  const side = shown.current;
  return { side, event: event.data ?? { values: null }, odd, error: missing ?? error };
}

function Loaded({ one, other }: { one: Run; other: Run }) {
  const [all, setAll] = useState(false);
  const [rounds, setRounds] = useState<Rounds>({});
  const [a, b] = [useSide(one, rounds), useSide(other, rounds)];
  const specs = useCards([a, b].flatMap(({ side }) => [...walk(side?.flow.cards)].map((card) => card.card)));
  const pairs = useMemo(() => (a.side && b.side ? compared(a.side, b.side) : null), [a.side, b.side]);
  const error = a.error ?? b.error;
  const nothing = pairs?.every((pair) => pair.same) ?? false;
  const events = pairsOf("outputs", a.event, b.event).filter((field) => all || !field.same);
  const shown = pairs?.filter((pair) => all || !pair.same || hasRounds(pair)) ?? [];
  return (
    <>
      <PageBar
        title={words.of(one.flow_name)}
        crumb={<Link to="/history">{text.run.crumb}</Link>}
        actions={
          <Switch label={words.all} checked={all} onChange={(event) => setAll(event.currentTarget.checked)} />
        }
      />
      <PageBody>
        {error ? <ProblemNote error={error} title={text.run.versionGone} /> : null}
        {a.odd === undefined ? null : <OddVersion document={a.odd} />}
        {b.odd === undefined || sameVersion(one, other) ? null : <OddVersion document={b.odd} />}
        <div className={classes.head}>
          <span />
          <Head run={one} />
          <Head run={other} />
        </div>
        {one.flow_id === other.flow_id ? null : <p className={classes.note}>{words.otherFlow}</p>}
        {pairs === null && !error ? <Waiting /> : null}
        {nothing && events.every((field) => field.same) ? (
          <p>{pairs?.some(hasRounds) ? words.nothingHere : words.nothing}</p>
        ) : null}
        {events.length > 0 ? (
          <section className={classes.card} aria-label={text.run.event}>
            <h2>{text.run.event}</h2>
            <Fields fields={events} spec={undefined} />
          </section>
        ) : null}
        {shown.map((pair) => (
          <Pair
            key={pair.id}
            pair={pair}
            spec={specs.get(pair.card.card)}
            all={all}
            round={roundOf(a.side?.flow, pair.id, rounds)}
          >
            {pair.card.do?.length && a.side ? (
              <LoopRounds
                runs={[one, other]}
                flow={a.side.flow}
                pair={pair}
                title={titleOf(pair.card, specs.get(pair.card.card))}
                rounds={rounds}
                onRounds={setRounds}
              />
            ) : null}
          </Pair>
        ))}
      </PageBody>
    </>
  );
}

function sameVersion(one: Run, other: Run): boolean {
  return one.flow_id === other.flow_id && one.version === other.version;
}

function Head({ run }: { run: Run }) {
  return (
    <div className={classes.run}>
      <Link to="/history/$runId" params={{ runId: run.id }}>
        <Moment at={run.started_at ?? run.created_at} />
      </Link>
      <StatePill run={run} />
      <span>
        {[run.ms === null ? "" : duration(run.ms), saidVersion(run), run.about ?? ""]
          .filter(Boolean)
          .join(" · ")}
      </span>
    </div>
  );
}

/** Whether a card is a loop of which one run at least has rounds. */
function hasRounds({ card, one, other }: CardPair): boolean {
  return Boolean(card.do?.length) && (one.last !== null || other.last !== null);
}

/** The round of the innermost loop that a card stands in; null outside of loops. */
function roundOf(flow: Flow | undefined, id: string, rounds: Rounds): number | null {
  const loop = flow ? loopsAround(flow, id).at(-1) : undefined;
  return loop === undefined ? null : (rounds[loop] ?? 0);
}

interface LoopRoundsProps {
  runs: [Run, Run];
  flow: Flow;
  pair: CardPair;
  title: string;
  rounds: Rounds;
  onRounds: (rounds: Rounds) => void;
}

/** Which round of a loop is compared, and those that differ: they are looked for as far as the page has looked. */
function LoopRounds({ runs, flow, pair, title, rounds, onRounds }: LoopRoundsProps) {
  const queries = useQueryClient();
  const counts = [roundCount(pair.one), roundCount(pair.other)];
  const count = counts.some((one) => one === null) ? null : Math.max(...counts.map((one) => one ?? 0));
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
  const differing = pages.flatMap((page) => page.rounds);
  const looked = pages.length > 0 ? (pages.at(-1)?.next ?? count) : null;
  const open = (at: number) => onRounds({ ...rounds, [pair.id]: at });
  return (
    <div className={classes.rounds}>
      <RoundChoice title={title} count={count} round={round} onRound={open} />
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
          onClick={() => open(at)}
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
    </div>
  );
}

interface PairProps {
  pair: CardPair;
  spec: CardSpec | undefined;
  all: boolean;
  /** The round of the loop that it stands in. */
  round: number | null;
  children: ReactNode;
}

function Pair({ pair, spec, all, round, children }: PairProps) {
  const title = titleOf(pair.card, spec);
  const fields = pair.fields.filter((field) => all || !field.same);
  return (
    <section
      className={`${classes.card} ${pair.same ? "" : classes.differs}`}
      aria-label={`${title}: ${pair.same ? words.same : words.differs}`}
    >
      <h2>
        {title}
        {round === null ? null : <span className={classes.inRound}>{words.inRound(round + 1)}</span>}
      </h2>
      <div className={classes.state}>
        <Badge painted={pair.one} />
        {pair.one.last?.error ? <p>{String(pair.one.last.error.message ?? "")}</p> : null}
      </div>
      <div className={classes.state}>
        <Badge painted={pair.other} />
        {pair.other.last?.error ? <p>{String(pair.other.last.error.message ?? "")}</p> : null}
      </div>
      <Fields fields={fields} spec={spec} />
      {children}
    </section>
  );
}

function Fields({ fields, spec }: { fields: readonly FieldPair[]; spec: CardSpec | undefined }) {
  return fields.map((field) => {
    const title = fieldTitle(spec, field.part, field.name);
    return (
      <div
        key={`${field.part} ${field.name}`}
        className={`${classes.field} ${field.same ? "" : classes.other}`}
      >
        <span className={classes.name}>
          {title} <i>{field.part === "inputs" ? text.run.inputs : text.run.outputs}</i>
        </span>
        <Value value={field.one} label={title} />
        <Value value={field.other} label={title} />
      </div>
    );
  });
}

function fieldTitle(spec: CardSpec | undefined, part: Part, name: string): string {
  const every = [spec?.[part] ?? [], ...(spec?.variants ?? []).map((variant) => variant[part])].flat();
  return every.find((field) => field.name === name)?.title || name;
}
