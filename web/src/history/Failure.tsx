import { Button } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { shown } from "../components/shown";
import { Value } from "../components/Value";
import { text } from "../text";
import classes from "./RunPage.module.css";
import { helpersQuery, runQuery } from "./run";
import type { Run } from "./runs";

interface Detail {
  message?: string;
  why?: string;
  mend?: string;
  flow?: string | null;
  /** The run in which it happened. */
  run?: string | null;
}

/** A failure in three lines: what happened, why likely, what to do. The raw detail is folded. */
export function Failure({ run, onExchange }: { run: Run; onExchange?: () => void }) {
  const error = run.error as Detail | null;
  if (error === null || run.status !== "failed") {
    return null;
  }
  return (
    <section className={classes.why} aria-label={error.message}>
      <h2 dir="auto">{error.message}</h2>
      {onExchange ? (
        <Button variant="default" className={classes.side} onClick={onExchange}>
          {text.run.exchange}
        </Button>
      ) : null}
      {error.why ? (
        <p dir="auto">
          <b>{text.run.why.likely}</b> {error.why}
        </p>
      ) : null}
      {error.mend ? (
        <p dir="auto">
          <b>{text.run.why.todo}</b> {error.mend}
        </p>
      ) : null}
      <FailedHelper run={run} error={error} />
      <details>
        <summary>{text.run.why.raw}</summary>
        <Value value={shown(error)} label={text.run.why.raw} />
      </details>
    </section>
  );
}

/**
 * Where a helper run failed, the way there: the one that the error names, at whatever depth; where the flow itself has
 * made an error of what its helpers gave, the first of these that failed.
 */
function FailedHelper({ run, error }: { run: Run; error: Detail }) {
  const named = error.run && error.run !== run.id ? error.run : null;
  const helper = useQuery({ ...runQuery(named ?? ""), enabled: named !== null }).data;
  const helpers = useInfiniteQuery({ ...helpersQuery(run), enabled: named === null });
  const failed = helpers.data?.pages.flatMap((page) => page.rows).find((one) => one.status === "failed");
  const to = named ?? failed?.id;
  if (to === undefined) {
    return null;
  }
  return (
    <p>
      {text.run.failedIn(helper?.flow_name ?? failed?.flow_name ?? error.flow ?? "")}{" "}
      <Link to="/history/$runId" params={{ runId: to }}>
        {text.run.goThere}
      </Link>
    </p>
  );
}
