import type { Schemas } from "../api/client";
import { moment } from "../components/format";
import { toneOf } from "../components/StatePill";
import { text } from "../text";
import classes from "./FlowsPage.module.css";

/** The last runs of a flow as small bars, the newest at the right. Too small to be pressed. */
export function RunBars({ runs }: { runs: readonly Schemas["RecentRunModel"][] | undefined }) {
  if (!runs || runs.length === 0) {
    return <span className={classes.quiet}>{runs ? text.flows.noRuns : ""}</span>;
  }
  return (
    <span className={classes.bars}>
      {[...runs].reverse().map((run) => {
        const said = text.flows.bar(
          text.states[run.status] ?? run.status,
          moment(run.created_at, new Date()),
        );
        return (
          <span
            key={run.id}
            role="img"
            className={`${classes.bar} ${classes[toneOf(run.status)] ?? ""}`}
            aria-label={said}
            title={said}
          />
        );
      })}
    </span>
  );
}
