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

/** The height of a run's bar, from 0.15 to 1: its time among the times of its neighbours, on a logarithmic scale. */
export function barHeight(run: Run, neighbours: readonly Run[]): number {
  const scale = (ms: number) => Math.log10(1 + ms);
  const longest = Math.max(...neighbours.map((one) => scale(one.ms ?? 0)), 0);
  return longest === 0 ? 0.5 : Math.max(0.15, scale(run.ms ?? 0) / longest);
}
