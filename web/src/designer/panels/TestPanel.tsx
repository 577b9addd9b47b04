import { Button, Group } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { api, data } from "../../api/client";
import { duration } from "../../components/format";
import { ProblemNote } from "../../components/ProblemNote";
import { StatePill } from "../../components/StatePill";
import type { Flow, Json } from "../../flow/document";
import { EVENT } from "../../flow/layout";
import { hasEnded } from "../../history/runs";
import { text } from "../../text";
import { type CardRun, useAround } from "../context";
import fields from "../fields/fields.module.css";
import { readAs } from "../logic/literals";
import { eventOutputs } from "../logic/signature";
import { type Trace, traceOf } from "../server";
import classes from "./panels.module.css";

const words = text.designer;

interface TestPanelProps {
  flow: Flow;
  hasErrors: boolean;
  /** Saves the draft and starts a run of it. */
  start(inputs: Record<string, Json>): Promise<{ id: string }>;
  /** What the cards did so far; null once nothing is shown. */
  onTrace(runs: ReadonlyMap<string, CardRun> | null, trace: readonly Trace[]): void;
}

/** Runs the draft with chosen inputs; the cards show how it goes. */
export function TestPanel({ flow, hasErrors, start, onTrace }: TestPanelProps) {
  const spec = useAround().specs.get(flow.event.card);
  const inputs = eventOutputs(flow.event, spec);
  const [typed, setTyped] = useState<Record<string, string>>({});
  const starting = useMutation({
    mutationFn: () => {
      const given: Record<string, Json> = {};
      for (const input of inputs) {
        const value = readAs(typed[input.name] ?? "", input.type);
        if (value !== undefined) {
          given[input.name] = value;
        }
      }
      return start(given);
    },
  });
  const id = starting.data?.id;
  const run = useQuery({
    queryKey: ["test run", id],
    queryFn: async () => {
      const params = { path: { run_id: id ?? "" } };
      const found = await data(api.GET("/api/v1/runs/{run_id}", { params }));
      return { run: found, trace: await traceOf(found.id) };
    },
    enabled: id !== undefined,
    refetchInterval: (query) => (query.state.data && hasEnded(query.state.data.run) ? false : 700),
  });
  const trace = run.data?.trace;
  useEffect(() => {
    if (trace) {
      onTrace(runsIn(trace), trace);
    }
  }, [trace, onTrace]);

  return (
    <div className={classes.stack} style={{ maxWidth: 720 }}>
      <p className={classes.hint}>{words.testWhat}</p>
      {inputs.length === 0 ? <p className={classes.hint}>{words.testNoInputs}</p> : null}
      {inputs.map((input) => (
        <label key={input.name} style={{ display: "grid", gap: 3 }}>
          <span className={fields.top}>
            <span>{input.title}</span>
            <span className={fields.type}>{input.type}</span>
          </span>
          <textarea
            rows={1}
            className={fields.select}
            style={{ fieldSizing: "content", resize: "none" } as never}
            value={typed[input.name] ?? ""}
            onChange={(event) => {
              const value = event.currentTarget.value;
              setTyped((before) => ({ ...before, [input.name]: value }));
            }}
          />
        </label>
      ))}
      <Group>
        <Button disabled={hasErrors} loading={starting.isPending} onClick={() => starting.mutate()}>
          {words.testRun}
        </Button>
        {hasErrors ? <span className={classes.hint}>{words.testHasErrors}</span> : null}
        {run.data ? (
          <span role="status">
            <StatePill status={run.data.run.status} />{" "}
            {run.data.run.ms === null ? words.testRunning : words.testTook(duration(run.data.run.ms))}{" "}
            <Link to="/history/$runId" params={{ runId: run.data.run.id }}>
              {words.testOpen}
            </Link>
          </span>
        ) : null}
      </Group>
      {starting.error ? <ProblemNote error={starting.error} /> : null}
      {run.data?.run.error ? (
        <p style={{ color: "var(--bad)" }}>{String(run.data.run.error.message ?? "")}</p>
      ) : null}
    </div>
  );
}

/** How each card went, the last time that it ran. */
export function runsIn(trace: readonly Trace[]): ReadonlyMap<string, CardRun> {
  const runs = new Map<string, CardRun>();
  for (const entry of trace) {
    runs.set(entry.card_id === "event" ? EVENT : entry.card_id, {
      status: entry.status,
      ms: entry.ms,
      inputs: entry.inputs as Json,
      outputs: entry.outputs as Json,
      error: entry.error as CardRun["error"],
    });
  }
  return runs;
}
