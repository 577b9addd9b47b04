/** The bars by which the latest runs of a flow are shown. Pure. */

export interface BarRun {
  id: string;
  status: string;
  created_at?: string | null;
  /** How long it took; null or left out where that is not known (yet). */
  ms?: number | null;
}

/** The height of a run's bar, from 0.15 to 1: its time among the times of its neighbours, on a logarithmic scale. */
export function barHeight(run: BarRun, neighbours: readonly BarRun[]): number {
  const scale = (ms: number) => Math.log10(1 + ms);
  const longest = Math.max(...neighbours.map((one) => scale(one.ms ?? 0)), 0);
  return longest === 0 ? 0.5 : Math.max(0.15, scale(run.ms ?? 0) / longest);
}
