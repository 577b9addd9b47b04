import { duration } from "../components/format";
import { text } from "../text";
import { type Segment, timeline } from "./painted";
import classes from "./RunPage.module.css";
import type { Entry } from "./run";
import type { Run } from "./runs";

const WAITS = new Set<string>(["waiting", "needs attention"]);
const looks = { work: classes.work, bad: classes.badSegment, ask: classes.askSegment, wait: classes.wait };

/** Where the time of a run went: work, tries that failed, waits. */
export function Timeline({ run, entries }: { run: Pick<Run, "status">; entries: readonly Entry[] }) {
  const segments = timeline(entries, WAITS.has(run.status) ? Date.now() : null);
  if (segments.length === 0) {
    return null;
  }
  const sum = (kind: Segment["kind"]) =>
    duration(segments.filter((one) => one.kind === kind).reduce((all, one) => all + one.ms, 0));
  const asked = segments.some((one) => one.kind === "ask") ? sum("ask") : null;
  const said = text.run.timelineSays(sum("work"), sum("bad"), sum("wait"), asked);
  return (
    <div className={classes.line} role="img" aria-label={said} title={said}>
      {segments.map((segment, number) => (
        <span
          key={number}
          className={looks[segment.kind]}
          style={{ flexGrow: 1_000 * Math.max(segment.ms, 0.01) }}
        />
      ))}
    </div>
  );
}
