/** Where flows stand on the map: callers at the left, what they call right of them. Pure geometry. */
export interface Calls {
  id: string;
  calls: readonly string[];
}

export interface MapLayout {
  nodes: { id: string; x: number; y: number }[];
  edges: { from: string; to: string }[];
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
  const rows = new Map<number, number>();
  const nodes = flows.map(({ id }) => {
    const column = depth.get(id) ?? 0;
    const row = rows.get(column) ?? 0;
    rows.set(column, row + 1);
    return { id, x: column * COLUMN, y: row * LINE };
  });
  const edges = [...calls].flatMap(([from, to]) => to.map((one) => ({ from, to: one })));
  return { nodes, edges };
}
