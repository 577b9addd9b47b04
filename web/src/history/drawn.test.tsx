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
import { firstTraceQuery, traceQuery, versionQuery } from "./run";
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

it("reads of a document of an unknown shape what it can: titles, loops and branches", () => {
  const inside = { id: "hello", title: "Greeting", card: "text.compose", inputs: ["odd"] };
  const document = {
    cards: [
      { id: "each", title: "Each of them", card: "list.for_each", do: [inside, { odd: true }] },
      {
        id: "box",
        card: "branch.if",
        branches: [{ when: 7, cards: [{ id: "b", title: "B", card: "x.b" }] }],
      },
      "odd",
    ],
  };
  const entries = [
    went("each", "list.for_each"),
    { ...went("new", "x.new"), path: "each[0]/new" },
    went("last", "x.last"),
  ];
  expect(flowOfTrace(run, entries, document).cards).toEqual([
    {
      ...{ id: "each", title: "Each of them", card: "list.for_each" },
      do: [
        { id: "hello", title: "Greeting", card: "text.compose" },
        { id: "new", card: "x.new" },
      ],
    },
    { id: "box", card: "branch.if", branches: [{ cards: [{ id: "b", title: "B", card: "x.b" }] }] },
    { id: "last", card: "x.last" },
  ]);
});

it("finds the rounds of loops in what went, where there is no document", () => {
  const entries = [
    { ...went("hello", "text.compose"), path: "outer[0]/each[1]/hello" },
    went("outer", "list.for_each"),
  ];
  expect(flowOfTrace(run, entries).cards).toEqual([
    {
      ...{ id: "outer", card: "list.for_each" },
      do: [{ id: "each", card: "loop", do: [{ id: "hello", card: "text.compose" }] }],
    },
  ]);
});

it("shows a run of a version whose shape is not known here, with its failure and what each card did", () => {
  const queries = new QueryClient();
  const document = {
    id: "f",
    name: "Leavers",
    event: { card: "manual" },
    cards: [{ id: "a", title: "Look it up", card: "x.read", branches: { x: 1 } }],
  };
  queries.setQueryData(versionQuery(run).queryKey, { document, flow: null } as never);
  const entries = [went("a", "x.read"), went("b", "x.write")] as never;
  queries.setQueryData(firstTraceQuery(run).queryKey, entries);
  queries.setQueryData(traceQuery(run, "").queryKey, entries);
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
    "Look it up",
    "x.write",
    "hello",
    "&quot;branches&quot;",
  ]) {
    expect(shown).toContain(said);
  }
});
