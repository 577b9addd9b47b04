import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import {
  createMemoryHistory,
  createRootRoute,
  createRouter,
  RouterContextProvider,
} from "@tanstack/react-router";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, it } from "vitest";
import { text } from "../text";
import { flowOfTrace } from "./drawn";
import { RunShown } from "./RunPage";
import { traceQuery, versionQuery } from "./run";
import type { Run } from "./runs";

const run = {
  ...{
    id: "r",
    root_id: "r",
    parent_id: null,
    flow_id: "f",
    flow_name: "Leavers",
    version: 7,
    trigger: "manual",
  },
  ...{ status: "failed", created_at: "2026-11-25T09:12:04Z", started_at: null, ended_at: null, ms: 12 },
  ...{ error: { message: "No such person", why: "They left.", mend: "Look at the login.", card: "b" } },
} as unknown as Run;

function went(id: string, card: string, more: object = {}) {
  return {
    ...{
      run_id: "r",
      path: id,
      card_id: id,
      card,
      status: "done",
      at: "2026-11-25T09:12:04Z",
      ms: 1,
      attempt: 1,
    },
    ...{ replayed: false, inputs: { user: "ada" }, outputs: { output: "hello" }, error: null, exchanges: [] },
    ...{ warnings: [], cut: [] },
    ...more,
  };
}

it("makes a row of what went, each card once", () => {
  const entries = [went("a", "x.read"), went("b", "x.write"), went("b", "x.write", { attempt: 2 })];
  expect(flowOfTrace(run, entries)).toEqual({
    ...{ id: "f", name: "Leavers", event: { card: "manual" } },
    cards: [
      { id: "a", card: "x.read" },
      { id: "b", card: "x.write" },
    ],
  });
});

it("shows a run of a version whose shape is not known here, with its failure and what each card did", () => {
  const queries = new QueryClient();
  const document = {
    id: "f",
    name: "Leavers",
    event: { card: "manual" },
    cards: [{ id: "a", branches: { x: 1 } }],
  };
  queries.setQueryData(versionQuery(run).queryKey, { document, flow: null } as never);
  queries.setQueryData(traceQuery(run, "").queryKey, [went("a", "x.read"), went("b", "x.write")] as never);
  const router = createRouter({ routeTree: createRootRoute(), history: createMemoryHistory() });
  const shown = renderToStaticMarkup(
    <MantineProvider>
      <QueryClientProvider client={queries}>
        <RouterContextProvider router={router}>
          <RunShown run={run} onRounds={() => {}} />
        </RouterContextProvider>
      </QueryClientProvider>
    </MantineProvider>,
  );
  for (const said of [
    text.run.odd.title,
    "No such person",
    "They left.",
    "x.read",
    "x.write",
    "hello",
    "&quot;branches&quot;",
  ]) {
    expect(shown).toContain(said);
  }
});
