import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useId, useMemo, useRef, useState } from "react";
import { api, data } from "../../api/client";
import { duration, size } from "../../components/format";
import { Pill, StatePill } from "../../components/StatePill";
import { EVENT } from "../../flow/layout";
import type { Rounds } from "../../history/painted";
import { RoundChoice } from "../../history/RoundChoice";
import { hasEnded, type Run } from "../../history/runs";
import { text } from "../../text";
import { type CardRun, useTitles } from "../context";
import fields from "../fields/fields.module.css";
import { type LoopRun, oneRound } from "../logic/roundsRun";
import type { Output } from "../logic/signature";
import { notYet } from "../logic/testInputs";
import { type Trace, traceOf } from "../server";

const words = text.designer;

export type OnTrace = (runs: ReadonlyMap<string, CardRun>, trace: readonly Trace[]) => void;

export interface TestRun {
  run: Run | undefined;
  /** Its loops, with the round of each that the cards show. */
  loops: readonly LoopRun[];
  onRound(loop: string, round: number): void;
}

/** A run that tries something, followed to its end. */
export function useTestRun(id: string | undefined, onTrace: OnTrace): TestRun {
  const [rounds, setRounds] = useState<Rounds>({});
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
  const shown = useMemo(() => (trace ? oneRound(trace, rounds) : undefined), [trace, rounds]);
  const told = useRef(onTrace);
  told.current = onTrace;
  useEffect(() => {
    if (shown) {
      told.current(runsIn(shown.entries), shown.entries);
    }
  }, [shown]);
  return {
    run: run.data?.run,
    loops: shown?.loops ?? [],
    onRound: (loop, round) => setRounds({ ...rounds, [loop]: round }),
  };
}

/** How each card went, the last time that it ran. */
export function runsIn(trace: readonly Trace[]): ReadonlyMap<string, CardRun> {
  const runs = new Map<string, CardRun>();
  for (const entry of trace) {
    runs.set(entry.card_id === "event" ? EVENT : entry.card_id, {
      status: entry.status,
      ms: entry.ms,
      error: entry.error as CardRun["error"],
      entry,
    });
  }
  return runs;
}

/** How the run stands, and the way to it. */
export function TestStatus({ run }: { run: Run }) {
  return (
    <span role="status">
      <StatePill run={run} /> {run.ms === null ? words.testRunning : words.testTook(duration(run.ms))}{" "}
      <Link to="/history/$runId" params={{ runId: run.id }}>
        {words.testOpen}
      </Link>
    </span>
  );
}

/** What came of the run, below what was pressed: it is brought into sight when it is there. */
export function TestResult({ run, ...rounds }: TestRun) {
  const place = useRef<HTMLDivElement>(null);
  const ended = run && hasEnded(run) ? run.id : null;
  useEffect(() => {
    if (ended !== null && place.current?.firstElementChild) {
      place.current.scrollIntoView({ block: "nearest" });
    }
  }, [ended]);
  return (
    <div ref={place}>
      <TestRounds {...rounds} />
      <TestError run={run} />
    </div>
  );
}

/** Which round of its loops the cards show. */
function TestRounds({ loops, onRound }: Pick<TestRun, "loops" | "onRound">) {
  const titles = useTitles();
  return loops.map(({ loop, round, count, more }) => {
    const title = titles.get(loop) ?? loop;
    return (
      <div key={loop} style={{ display: "flex", gap: 8, alignItems: "center" }}>
        {text.designer.testRound(title)}
        <RoundChoice {...{ title, count, round }} onRound={(chosen) => onRound(loop, chosen)} />
        {more ? text.designer.testMoreRounds : null}
      </div>
    );
  });
}

export function TestError({ run }: { run: Run | undefined }) {
  return run?.error ? (
    <div style={{ color: "var(--bad)" }}>
      {[run.error.message, run.error.mend].map((said, number) =>
        said ? (
          <p key={number} dir="auto">
            {String(said)}
          </p>
        ) : null,
      )}
    </div>
  ) : null;
}

interface TestFieldProps {
  field: Pick<Output, "title" | "type">;
  value: string;
  /** Marked as one that the flow uses, where there are others. */
  used?: boolean;
  /** Bytes of a sample that is not in the value. */
  large?: number | null;
  onChange(value: string): void;
}

/** A value to try something with, typed as in a card. */
export function TestField({ field, value, used = false, large = null, onChange }: TestFieldProps) {
  const why = notYet(value, field.type);
  const id = useId();
  return (
    <div>
      <label style={{ display: "grid", gap: 3 }}>
        <span className={fields.top}>
          <span>
            {field.title} {used ? <Pill tone="quiet">{words.testUsed}</Pill> : null}
          </span>
          <span className={fields.type}>{field.type}</span>
        </span>
        <textarea
          rows={1}
          dir="auto"
          className={fields.select}
          style={{ fieldSizing: "content", maxHeight: 160, resize: "none" } as never}
          value={value}
          aria-invalid={why !== null}
          aria-describedby={why === null ? undefined : id}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
        {large ? <span className={fields.type}>{words.sampleTooLarge(size(large))}</span> : null}
      </label>
      {why === null ? null : (
        <p id={id} className={fields.error}>
          {why === "list" ? words.testNoList : words.testNoObject}
        </p>
      )}
    </div>
  );
}
