import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { shown } from "../components/shown";
import { Value } from "../components/Value";
import { text } from "../text";
import classes from "./RunPage.module.css";
import { helpersQuery } from "./run";
import type { Run } from "./runs";

interface Detail {
  message?: string;
  why?: string;
  mend?: string;
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
      <h2>{error.message}</h2>
      {onExchange ? (
        <Button variant="default" className={classes.side} onClick={onExchange}>
          {text.run.exchange}
        </Button>
      ) : null}
      {error.why ? (
        <p>
          <b>{text.run.why.likely}</b> {error.why}
        </p>
      ) : null}
      {error.mend ? (
        <p>
          <b>{text.run.why.todo}</b> {error.mend}
        </p>
      ) : null}
      <FailedHelper run={run} />
      <details>
        <summary>{text.run.why.raw}</summary>
        <Value value={shown(error)} label={text.run.why.raw} />
      </details>
    </section>
  );
}

/** Where the failure of a run came from one of its helper runs, the way there. */
function FailedHelper({ run }: { run: Run }) {
  const helpers = useInfiniteQuery(helpersQuery(run));
  const failed = helpers.data?.pages
    .flatMap((page) => page.rows)
    .find((helper) => helper.status === "failed");
  if (failed === undefined) {
    return null;
  }
  return (
    <p>
      {text.run.failedIn(failed.flow_name)}{" "}
      <Link to="/history/$runId" params={{ runId: failed.id }}>
        {text.run.goThere}
      </Link>
    </p>
  );
}
