import { text } from "../text";
import { type BarRun, barHeight } from "./bars";
import { duration, moment } from "./format";
import classes from "./RunBars.module.css";
import { toneOf } from "./StatePill";

const HEIGHT_PX = 24;

/** The latest runs of a flow as small bars, the newest at the right: colour is how it went, height how long it took. */
export function RunBars({ runs }: { runs: readonly BarRun[] }) {
  return (
    <span className={classes.bars}>
      {runs.map((run) => {
        const took = run.ms === null || run.ms === undefined ? "" : duration(run.ms);
        const when = moment(run.created_at ?? "", new Date());
        const label = [text.states[run.status] ?? run.status, when, took].filter(Boolean).join(", ");
        return (
          // too small to be pressed; the list of runs leads to each
          <span
            key={run.id}
            role="img"
            aria-label={label}
            title={label}
            className={`${classes.bar} ${classes[toneOf(run.status)] ?? ""}`}
            style={{ height: `${Math.round(HEIGHT_PX * barHeight(run, runs))}px` }}
          />
        );
      })}
    </span>
  );
}
