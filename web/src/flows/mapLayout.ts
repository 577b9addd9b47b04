/** Where flows stand on the map: callers at the left, what they call right of them. Pure geometry. */
export interface Calls {
  id: string;
  calls: readonly string[];
}

export interface MapLayout {
  nodes: { id: string; x: number; y: number }[];
  edges: { from: string; to: string }[];
  /** Those that call no other flow and that none calls. */
  alone: string[];
}

const COLUMN = 260;
const LINE = 80;

export function layOutMap(flows: readonly Calls[]): MapLayout {
  const known = new Set(flows.map((flow) => flow.id));
  const calls = new Map(
    flows.map((flow) => [flow.id, flow.calls.filter((id) => known.has(id) && id !== flow.id)]),
  );
  const depth = new Map<string, number>();

  // the longest way from a flow that nobody calls; a cycle ends where it began
  function place(id: string, at: number, above: ReadonlySet<string>): void {
    if (above.has(id) || (depth.get(id) ?? -1) >= at) {
      return;
    }
    depth.set(id, at);
    for (const next of calls.get(id) ?? []) {
      place(next, at + 1, new Set([...above, id]));
    }
  }
  const called = new Set([...calls.values()].flat());
  for (const flow of flows) {
    if (!called.has(flow.id)) {
      place(flow.id, 0, new Set());
    }
  }
  for (const flow of flows) {
    if (!depth.has(flow.id)) {
      place(flow.id, 0, new Set());
    }
  }
  const edges = [...calls].flatMap(([from, to]) => to.map((one) => ({ from, to: one })));
  const callers = new Map<string, string[]>();
  for (const { from, to } of edges) {
    callers.set(to, [...(callers.get(to) ?? []), from]);
  }
  const inMap = flows.filter(({ id }) => called.has(id) || (calls.get(id) ?? []).length > 0);
  const rows = linesOf(inMap, depth, callers);
  const nodes = inMap.map(({ id }) => ({
    id,
    x: (depth.get(id) ?? 0) * COLUMN,
    y: (rows.get(id) ?? 0) * LINE,
  }));
  return { nodes, edges, alone: flows.filter((flow) => !rows.has(flow.id)).map((flow) => flow.id) };
}

/** The line of each flow: column by column, each as near to the middle of its callers as there is place. */
function linesOf(
  flows: readonly Calls[],
  depth: ReadonlyMap<string, number>,
  callers: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  const columnOf = ({ id }: Calls) => depth.get(id) ?? 0;
  for (const column of [...new Set(flows.map(columnOf))].sort((one, other) => one - other)) {
    const inColumn = flows.filter((flow) => columnOf(flow) === column);
    const wanted = inColumn.map(({ id }, number) => {
      const known = (callers.get(id) ?? []).flatMap((one) => lines.get(one) ?? []);
      const middle = known.reduce((sum, line) => sum + line, 0) / known.length;
      return { id, line: known.length > 0 ? middle : number };
    });
    let next = 0;
    for (const { id, line } of wanted.sort((one, other) => one.line - other.line)) {
      const here = Math.max(next, Math.round(line));
      lines.set(id, here);
      next = here + 1;
    }
  }
  return lines;
}
