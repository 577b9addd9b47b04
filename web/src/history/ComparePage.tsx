import { Switch } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
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
import { conditionText } from "../flow/conditions";
import { type Flow, type Values, walk } from "../flow/document";
import { text } from "../text";
import { Inside } from "./ComparedRounds";
import classes from "./ComparePage.module.css";
import { CutValue } from "./CutValue";
import { type CardPair, compared, type FieldPair, type Part, pairsOf } from "./compare";
import { useDrawable } from "./drawn";
import { OddVersion } from "./OddVersion";
import { Badge, fieldsOf, titleOf } from "./PaintedCard";
import { callsInRounds, loopsAround, type Painted, type Rounds } from "./painted";
import { type Cut, eventQuery, eventValueQuery, runQuery, valueQuery, type WholeQuery } from "./run";
import { type Run, saidVersion } from "./runs";
import { usePainting } from "./usePainting";

const words = text.compare;

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
            <Fields
              fields={events}
              spec={undefined}
              of="event"
              whole={[(cut) => eventValueQuery(one, cut.field), (cut) => eventValueQuery(other, cut.field)]}
            />
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
            {a.side && b.side ? (
              <Inside
                runs={[one, other]}
                flow={pair.inOne ? a.side.flow : b.side.flow}
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
  const loops = Boolean(card.do?.length) || callsInRounds(card);
  return loops && (one.last !== null || other.last !== null);
}

/** The round of the innermost loop that a card stands in; null outside of loops. */
function roundOf(flow: Flow | undefined, id: string, rounds: Rounds): number | null {
  const loop = flow ? loopsAround(flow, id).at(-1) : undefined;
  return loop === undefined ? null : (rounds[loop] ?? 0);
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
      <State painted={pair.one} there={pair.inOne} />
      <State painted={pair.other} there={pair.inOther} />
      <Fields
        fields={fields}
        spec={spec}
        of={pair.id}
        whole={[wholeOf(pair.one), wholeOf(pair.other)]}
        there={[pair.inOne, pair.inOther]}
      />
      {children}
    </section>
  );
}

/** How a card went; of one that the version does not have, that. */
function State({ painted, there }: { painted: Painted; there: boolean }) {
  return (
    <div className={classes.state}>
      {there ? <Badge painted={painted} /> : <span>{words.notThere}</span>}
      {painted.last?.error ? <p>{String(painted.last.error.message ?? "")}</p> : null}
    </div>
  );
}

/** How all of a value of a card is read that the server has cut. */
function wholeOf({ last }: Painted): Whole {
  return (cut) => (last === null ? null : valueQuery(last, cut));
}

type Whole = (cut: Cut) => WholeQuery | null;

interface FieldsProps {
  fields: readonly FieldPair[];
  spec: CardSpec | undefined;
  /** Whose values they are: a file of one is named after that. */
  of: string;
  whole: [Whole, Whole];
  /** Which of the two versions have the card. */
  there?: [boolean, boolean];
}

function Fields({ fields, spec, of, whole, there = [true, true] }: FieldsProps) {
  return fields.map((field) => {
    const known = fieldOf(spec, field.part, field.name);
    const title = known?.title || field.name;
    const sides = [
      { value: field.one, cut: field.oneCut, query: whole[0], there: there[0] },
      { value: field.other, cut: field.otherCut, query: whole[1], there: there[1] },
    ];
    return (
      <div
        key={`${field.part} ${field.name}`}
        className={`${classes.field} ${field.same ? "" : classes.other}`}
      >
        <span className={classes.name}>
          {title} <i>{field.part === "inputs" ? text.run.inputs : text.run.outputs}</i>
        </span>
        {sides.map((side, number) => {
          const query = side.cut ? side.query(side.cut) : null;
          if (side.cut && query) {
            return <CutValue key={number} of={of} cut={side.cut} whole={query} />;
          }
          const compares = known?.format === "condition";
          const value = compares ? conditionText(side.value as Values | undefined) || null : side.value;
          return side.there ? <Value key={number} value={value} label={title} /> : <span key={number} />;
        })}
      </div>
    );
  });
}

function fieldOf(spec: CardSpec | undefined, part: Part, name: string) {
  return fieldsOf(spec, part).find((field) => field.name === name);
}
