/** What Home makes of the latest runs. Pure. */
import type { Run } from "../history/runs";

export interface RecentFlow {
  id: string;
  name: string;
  /** Its latest runs, the oldest first. */
  runs: Run[];
}

/** Flows by their latest run, with their latest runs for bars. */
export function recentFlows(newestFirst: readonly Run[], flows: number, bars: number): RecentFlow[] {
  const found = new Map<string, RecentFlow>();
  for (const run of newestFirst) {
    const known = found.get(run.flow_id);
    if (known === undefined) {
      found.set(run.flow_id, { id: run.flow_id, name: run.flow_name, runs: [run] });
    } else if (known.runs.length < bars) {
      known.runs.unshift(run);
    }
  }
  return [...found.values()].slice(0, flows);
}
