import { queryOptions, useInfiniteQuery, useQueries, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { api, data } from "../api/client";
import { Moment } from "../components/Moment";
import { PageBar, PageBody } from "../components/Page";
import { ProblemNote } from "../components/ProblemNote";
import { RunBars } from "../components/RunBars";
import { checkQuery, connectionsQuery } from "../connections/connections";
import { HealthDetail, HealthPill, Since } from "../connections/Health";
import { unfitQuery } from "../flows/flows";
import { asked } from "../history/filter";
import { runsQuery } from "../history/runs";
import {
  flowOf,
  inboxQuery,
  keyOf,
  keyOfPause,
  pausedQuery,
  useWaitingCount,
  whomOf,
} from "../inbox/waiting";
import { text } from "../text";
import classes from "./HomePage.module.css";
import { recentFlows } from "./recent";

const FLOWS = 8;
const BARS = 14;
const WAITING = 5;

/** What ran, what failed, what needs attention; recent flows; health of connections. */
export function HomePage() {
  return (
    <>
      <PageBar title={text.home.title} about={text.home.about} />
      <PageBody>
        <Tiles />
        <div className={classes.columns}>
          <div className={classes.column}>
            <Attention />
            <Failed />
          </div>
          <div className={classes.column}>
            <Flows />
            <Connections />
          </div>
        </div>
      </PageBody>
    </>
  );
}

/** How the runs of the last day went. */
const countsQuery = queryOptions({
  queryKey: ["runs", "counts"],
  queryFn: ({ signal }) => {
    const since = asked({ when: "day" }, new Date()).since ?? "";
    return data(api.GET("/api/v1/runs/counts", { params: { query: { since, trials: false } }, signal }));
  },
  refetchInterval: 5_000,
});

function Tiles() {
  const counts = useQuery(countsQuery);
  const found = counts.data?.counts ?? {};
  const all = Object.values(found).reduce((sum, one) => sum + one, 0);
  const said = (count: number) =>
    counts.data === undefined ? "–" : counts.data.more ? text.home.tiles.more(String(count)) : String(count);
  const again = counts.data?.failed_and_run_again ?? 0;
  const failed = Math.max(0, (found.failed ?? 0) - again);
  const asking = useWaitingCount();
  return (
    <div className={classes.tiles}>
      <Link to="/history" search={{ trials: "no", when: "day" }} className={classes.tile}>
        <b>{said(all)}</b>
        <span>{text.home.tiles.ran(all)}</span>
      </Link>
      <Link
        to="/history"
        search={{ trials: "no", when: "day", status: "succeeded" }}
        className={classes.tile}
      >
        <b>{said(found.succeeded ?? 0)}</b>
        <span>{text.home.tiles.succeeded}</span>
      </Link>
      <Link
        to="/history"
        search={{ trials: "no", when: "day", status: "failed", again: "no" }}
        className={`${classes.tile} ${failed > 0 ? classes.bad : ""}`}
      >
        <b>{said(failed)}</b>
        <span>{text.home.tiles.failed(again)}</span>
      </Link>
      <Link to="/inbox" className={`${classes.tile} ${asking > 0 ? classes.ask : ""}`}>
        <b>{asking > 99 ? "99+" : asking}</b>
        <span>{text.home.tiles.waiting(asking)}</span>
      </Link>
    </div>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={classes.part} aria-label={title}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

interface Asked {
  isPending: boolean;
  data: unknown;
  error: unknown;
}

/** In place of rows: that they are on their way, why they do not come, or that there are none. */
function Nothing({ of, words }: { of: readonly Asked[]; words: string }) {
  const failed = of.find((one) => one.error && one.data === undefined);
  if (failed) {
    return <ProblemNote error={failed.error} />;
  }
  const pending = of.some((one) => one.isPending);
  return <p className={classes.empty}>{pending ? text.components.loading : words}</p>;
}

/** Connections that do not work, as the app said when it was asked last. */
function useBroken() {
  const connections = useInfiniteQuery(connectionsQuery).data?.pages[0]?.rows ?? [];
  const checks = useQueries({ queries: connections.map(({ id }) => checkQuery(id)) });
  return connections.flatMap((connection, at) => {
    const check = checks[at];
    return check?.data?.works === false ? [{ ...connection, check: check.data }] : [];
  });
}

function Attention() {
  const inbox = useInfiniteQuery(inboxQuery);
  const pauses = useInfiniteQuery(pausedQuery);
  const broken = useBroken();
  const unfit = useQuery(unfitQuery);
  const misfits = unfit.data ?? [];
  const asking = inbox.data?.pages[0]?.rows ?? [];
  const paused = pauses.data?.pages[0]?.rows ?? [];
  const rows = [
    ...asking.map((row) => ({
      ...{ key: keyOf(row), name: flowOf(row), about: whomOf(row) },
      what: String(row.question.error?.message ?? text.run.question.what),
    })),
    ...paused.map((row) => ({
      ...{ key: keyOfPause(row), name: flowOf(row), about: whomOf(row) },
      what: text.run.pause.short,
    })),
  ];
  return (
    <Part title={text.home.attention}>
      {rows.length + broken.length + misfits.length === 0 ? (
        <Nothing of={[inbox, pauses, unfit]} words={text.home.noAttention} />
      ) : (
        <ul className={`${classes.list} ${classes.rows}`}>
          {misfits.map((flow) => (
            <li key={flow.id}>
              <Link to="/flows/$flowId" params={{ flowId: flow.id }}>
                {flow.name}
              </Link>
              <span className={classes.quiet}>{text.home.unfit(flow.unfit)}</span>
            </li>
          ))}
          {broken.map((connection) => (
            <li key={connection.id}>
              <Link to="/connections">{connection.name}</Link>
              <span className={classes.quiet}>
                <Since check={connection.check} />
              </span>
            </li>
          ))}
          {rows.slice(0, WAITING).map((row) => (
            <li key={row.key}>
              <Link to="/inbox">{row.name}</Link>
              <span className={classes.quiet}>
                {row.about ? `${row.about}: ` : ""}
                {row.what}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Part>
  );
}

function Failed() {
  const filter = {
    status: "failed" as const,
    ...asked({ when: "day", trials: "no", again: "no" }, new Date()),
  };
  const failed = useInfiniteQuery(runsQuery(filter, 6));
  const again = useQuery(countsQuery).data?.failed_and_run_again ?? 0;
  const rows = failed.data?.pages[0]?.rows ?? [];
  return (
    <Part title={text.home.failed}>
      {rows.length === 0 ? (
        <Nothing of={[failed]} words={again === 0 ? text.home.noFailed : text.home.allAgain} />
      ) : (
        <ul className={`${classes.list} ${classes.rows}`}>
          {rows.map((run) => (
            <li key={run.id}>
              <Link to="/history/$runId" params={{ runId: run.id }}>
                {run.flow_name}
              </Link>
              <span className={classes.time}>
                <Moment at={run.started_at ?? run.created_at} />
              </span>
              {run.about ? <span className={classes.quiet}>{run.about}</span> : null}
              <span className={classes.error}>{String(run.error?.message ?? "")}</span>
            </li>
          ))}
        </ul>
      )}
    </Part>
  );
}

function Flows() {
  const runs = useInfiniteQuery(runsQuery({ trials: false }, 100));
  const flows = recentFlows(runs.data?.pages[0]?.rows ?? [], FLOWS, BARS);
  return (
    <Part title={text.home.flows}>
      {flows.length === 0 ? (
        <>
          <Nothing of={[runs]} words={text.home.noFlows} />
          {runs.isSuccess ? <FirstSteps /> : null}
        </>
      ) : (
        <ul className={classes.list}>
          {flows.map((flow) => (
            <li key={flow.id}>
              <span>
                <Link to="/flows/$flowId" params={{ flowId: flow.id }}>
                  {flow.name}
                </Link>{" "}
                <Link
                  to="/history"
                  search={{ flow: flow.id, trials: "no" }}
                  className={classes.more}
                  aria-label={text.home.runsOf(flow.name)}
                >
                  {text.home.runs}
                </Link>
              </span>
              <RunBars runs={flow.runs} />
            </li>
          ))}
        </ul>
      )}
    </Part>
  );
}

/** Where somebody begins who has nothing yet. */
function FirstSteps() {
  return (
    <ol className={classes.list} aria-label={text.home.firstSteps}>
      <li>
        <Link to="/connections">{text.home.connect}</Link>
      </li>
      <li>
        <Link to="/templates">{text.home.take}</Link>
      </li>
      <li>
        <Link to="/flows">{text.home.build}</Link>
      </li>
    </ol>
  );
}

function Connections() {
  const found = useInfiniteQuery(connectionsQuery);
  const rows = found.data?.pages[0]?.rows ?? [];
  return (
    <Part title={text.home.connections}>
      {rows.length === 0 ? (
        <Nothing of={[found]} words={text.home.noConnections} />
      ) : (
        <ul className={`${classes.list} ${classes.rows}`}>
          {rows.map((connection) => (
            <li key={connection.id}>
              <Link to="/connections">{connection.name}</Link>
              <HealthPill id={connection.id} />
              <HealthDetail id={connection.id} className={classes.quiet} />
            </li>
          ))}
        </ul>
      )}
    </Part>
  );
}
