import { duration } from "../components/format";
import { toneOf } from "../components/StatePill";
import type { Run } from "../history/runs";
import { text } from "../text";
import classes from "./HomePage.module.css";
import { barHeight } from "./recent";

const looks: Record<string, string | undefined> = {
  ok: classes.ok,
  bad: classes.badBar,
  ask: classes.askBar,
  busy: classes.busy,
};

/** The latest runs of a flow as small bars: colour is how it went, height how long it took. Too small to be pressed. */
export function FlowBars({ runs }: { runs: readonly Run[] }) {
  return (
    <div className={classes.bars}>
      {runs.map((run) => {
        const label = text.home.bar(
          text.states[run.status] ?? run.status,
          run.ms === null ? "" : duration(run.ms),
        );
        return (
          <span key={run.id} role="img" aria-label={label} title={label}>
            <i
              className={`${classes.bar} ${looks[toneOf(run.status)] ?? ""}`}
              style={{ height: `${Math.round(24 * barHeight(run, runs))}px` }}
            />
          </span>
        );
      })}
    </div>
  );
}
