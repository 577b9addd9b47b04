import { Switch } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { duration } from "../components/format";
import { Moment } from "../components/Moment";
import { PageBar, PageBody } from "../components/Page";
import { ProblemNote } from "../components/ProblemNote";
import { StatePill } from "../components/StatePill";
import { Value } from "../components/Value";
import { Waiting } from "../components/Waiting";
import { type CardSpec, useCards } from "../flow/catalogue";
import { walk } from "../flow/document";
import { text } from "../text";
import classes from "./ComparePage.module.css";
import { type CardPair, compared, type FieldPair, type Part, sameValue } from "./compare";
import { Badge, titleOf } from "./PaintedCard";
import { paint } from "./painted";
import { eventQuery, runQuery, traceQuery, versionQuery } from "./run";
import type { Run } from "./runs";

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

/** A run's flow as it ran, and what its cards did outside the rounds of loops. */
function useSide(run: Run) {
  const version = useQuery(versionQuery(run));
  const trace = useQuery(traceQuery(run, ""));
  const event = useQuery(eventQuery(run));
  const flow = version.data?.flow;
  const entries = trace.data;
  const side = useMemo(() => (flow && entries ? { flow, painting: paint(entries) } : null), [flow, entries]);
  return { side, event: event.data?.values ?? {}, error: version.error ?? trace.error };
}

function Loaded({ one, other }: { one: Run; other: Run }) {
  const [all, setAll] = useState(false);
  const [a, b] = [useSide(one), useSide(other)];
  const specs = useCards([a, b].flatMap(({ side }) => [...walk(side?.flow.cards)].map((card) => card.card)));
  const pairs = useMemo(() => (a.side && b.side ? compared(a.side, b.side) : null), [a.side, b.side]);
  const error = a.error ?? b.error;
  const events = eventPairs(a.event, b.event).filter((field) => all || !field.same);
  const shown = pairs?.filter((pair) => all || !pair.same) ?? [];
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
        <div className={classes.head}>
          <span />
          <Head run={one} />
          <Head run={other} />
        </div>
        {one.flow_id === other.flow_id ? null : <p className={classes.note}>{words.otherFlow}</p>}
        {pairs === null && !error ? <Waiting /> : null}
        {pairs !== null && shown.length === 0 && events.length === 0 ? <p>{words.nothing}</p> : null}
        {events.length > 0 ? (
          <section className={classes.card} aria-label={text.run.event}>
            <h2>{text.run.event}</h2>
            <Fields fields={events} spec={undefined} />
          </section>
        ) : null}
        {shown.map((pair) => (
          <Pair key={pair.id} pair={pair} spec={specs.get(pair.card.card)} all={all} />
        ))}
        <p className={classes.note}>{words.rounds}</p>
      </PageBody>
    </>
  );
}

function Head({ run }: { run: Run }) {
  return (
    <div className={classes.run}>
      <Link to="/history/$runId" params={{ runId: run.id }}>
        <Moment at={run.started_at ?? run.created_at} />
      </Link>
      <StatePill status={run.status} />
      <span>
        {[run.ms === null ? "" : duration(run.ms), text.run.version(run.version), run.about ?? ""]
          .filter(Boolean)
          .join(" · ")}
      </span>
    </div>
  );
}

function Pair({ pair, spec, all }: { pair: CardPair; spec: CardSpec | undefined; all: boolean }) {
  const title = titleOf(pair.card, spec);
  const fields = pair.fields.filter((field) => all || !field.same);
  return (
    <section
      className={`${classes.card} ${pair.same ? "" : classes.differs}`}
      aria-label={`${title}: ${pair.same ? words.same : words.differs}`}
    >
      <h2>{title}</h2>
      <div className={classes.state}>
        <Badge painted={pair.one} />
        {pair.one.last?.error ? <p>{String(pair.one.last.error.message ?? "")}</p> : null}
      </div>
      <div className={classes.state}>
        <Badge painted={pair.other} />
        {pair.other.last?.error ? <p>{String(pair.other.last.error.message ?? "")}</p> : null}
      </div>
      <Fields fields={fields} spec={spec} />
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

function eventPairs(one: Record<string, unknown>, other: Record<string, unknown>): FieldPair[] {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].map((name) => ({
    part: "outputs",
    name,
    one: one[name],
    other: other[name],
    same: sameValue(one[name], other[name]),
  }));
}
