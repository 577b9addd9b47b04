import { Button } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { duration } from "../components/format";
import { toneOf } from "../components/StatePill";
import { cardQuery } from "../flow/catalogue";
import { text } from "../text";
import { saidRounds } from "./painted";
import classes from "./RunPage.module.css";
import { type Helper, helperAtFaultQuery, helpersQuery, runQuery } from "./run";
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
      <Node run={shown} current={run} known={null} depth={0} />
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

function idOf(run: string): string {
  return `tree-${run}`;
}

interface NodeProps {
  run: Run | Helper;
  /** The run that is looked at. */
  current: Run;
  /** The person whom the run above is about, which need not be said again. */
  known: string | null;
  depth: number;
}

function Node({ run, current, known, depth }: NodeProps) {
  const helpers = useInfiniteQuery(helpersQuery(run));
  const listed = helpers.data?.pages.flatMap((page) => page.rows) ?? [];
  const fault = useQuery(helperAtFaultQuery(run)).data ?? null;
  const looked = current.parent_id === run.id ? current : null;
  // those that one looks for stand here whatever page they are on
  const rows: (Run | Helper)[] = [...listed];
  for (const one of helpers.isSuccess ? [looked, fault] : []) {
    if (one !== null && !rows.some((helper) => helper.id === one.id)) {
      rows.push(one);
    }
  }
  const [from, setFrom] = useState<string | null>(null);
  const led = from !== null && !helpers.hasNextPage && rows.some((helper) => helper.id === from);
  useEffect(() => {
    // the button that was pressed is gone: one reads on with the first that came
    if (led) {
      document.getElementById(idOf(from))?.focus();
    }
  }, [led, from]);
  async function more() {
    const { data } = await helpers.fetchNextPage();
    setFrom(data?.pages.at(-1)?.rows[0]?.id ?? null);
  }
  const rounds = saidRounds(run.parent_path ?? "");
  const about = depth === 0 ? null : (run.about ?? ("given" in run ? run.given : null));
  const inset = { paddingLeft: 14 + 20 * Math.min(depth, 6) };
  const tone = toneOf(run.status);
  return (
    <>
      <Link
        id={idOf(run.id)}
        to="/history/$runId"
        params={{ runId: run.id }}
        className={classes.node}
        style={inset}
        aria-current={run.id === current.id}
      >
        <i
          className={`${classes.dot} ${tone in classes ? classes[tone] : ""}`}
          role="img"
          aria-label={text.states[run.status]}
        />
        <span dir="auto">
          {rounds ? `${rounds} · ` : ""}
          {run.flow_name}
        </span>
        <span className={classes.time}>{run.ms === null ? "" : duration(run.ms)}</span>
        {about && about !== known ? (
          <small className={classes.about} dir="auto">
            {about}
          </small>
        ) : null}
      </Link>
      {rows.map((helper) => (
        <Node key={helper.id} run={helper} current={current} known={run.about} depth={depth + 1} />
      ))}
      {helpers.hasNextPage ? (
        <Button
          variant="subtle"
          size="compact-sm"
          className={classes.more}
          loading={helpers.isFetchingNextPage}
          onClick={() => void more()}
        >
          {text.run.moreHelpers}
        </Button>
      ) : null}
    </>
  );
}
