import { Button } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { duration } from "../components/format";
import { toneOf } from "../components/StatePill";
import { cardQuery } from "../flow/catalogue";
import { text } from "../text";
import classes from "./RunPage.module.css";
import { helperAtFaultQuery, helpersQuery, runQuery } from "./run";
import type { Run } from "./runs";

/** The runs that one event began: the root run and its helper runs, as far as they were opened. */
export function RunTree({ run }: { run: Run }) {
  const root = useQuery(runQuery(run.root_id));
  const shown = root.data ?? run;
  const card = useQuery({ ...cardQuery(shown.trigger), enabled: shown.trigger.includes(".") }).data;
  const event = card ? `${card.category}: ${card.title}` : shown.trigger;
  return (
    <nav className={classes.tree} aria-label={text.run.tree}>
      {shown.about ? <p className={classes.person}>{shown.about}</p> : null}
      <Node run={shown} current={run.id} depth={0} />
      {shown.rerun_of && shown.trigger === "rerun" ? null : (
        <p className={classes.started}>{text.run.startedBy(shown.trigger, event)}</p>
      )}
      {shown.rerun_of ? (
        <p className={classes.started}>
          <Link to="/history/$runId" params={{ runId: shown.rerun_of }}>
            {text.run.startedAgain}
          </Link>
        </p>
      ) : null}
    </nav>
  );
}

function Node({ run, current, depth }: { run: Run; current: string; depth: number }) {
  const helpers = useInfiniteQuery(helpersQuery(run));
  const listed = helpers.data?.pages.flatMap((page) => page.rows) ?? [];
  const fault = useQuery(helperAtFaultQuery(run)).data ?? null;
  // the one that one looks for stands here whatever page it is on
  const rows =
    fault !== null && helpers.isSuccess && !listed.some((helper) => helper.id === fault.id)
      ? [...listed, fault]
      : listed;
  const inset = { paddingLeft: 14 + 20 * Math.min(depth, 6) };
  const tone = toneOf(run.status);
  return (
    <>
      <Link
        to="/history/$runId"
        params={{ runId: run.id }}
        className={classes.node}
        style={inset}
        aria-current={run.id === current}
      >
        <i
          className={`${classes.dot} ${tone in classes ? classes[tone] : ""}`}
          role="img"
          aria-label={text.states[run.status]}
        />
        <span>{run.flow_name}</span>
        <span className={classes.time}>{run.ms === null ? "" : duration(run.ms)}</span>
      </Link>
      {rows.map((helper) => (
        <Node key={helper.id} run={helper} current={current} depth={depth + 1} />
      ))}
      {helpers.hasNextPage ? (
        <Button
          variant="subtle"
          size="compact-sm"
          className={classes.more}
          loading={helpers.isFetchingNextPage}
          onClick={() => void helpers.fetchNextPage()}
        >
          {text.run.moreHelpers}
        </Button>
      ) : null}
    </>
  );
}
