import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { duration, size } from "../../components/format";
import { Pill, StatePill } from "../../components/StatePill";
import type { Flow } from "../../flow/document";
import { EVENT } from "../../flow/layout";
import type { Rounds } from "../../history/painted";
import { RoundChoice } from "../../history/RoundChoice";
import { hasEnded, type Run } from "../../history/runs";
import { text } from "../../text";
import { type CardRun, useTitles } from "../context";
import fields from "../fields/fields.module.css";
import type { LoopRun } from "../logic/roundsRun";
import type { Output } from "../logic/signature";
import { notYet } from "../logic/testInputs";
import { type Trace, testRun } from "../server";

const words = text.designer;
const NONE: Rounds = {};

export type OnTrace = (runs: ReadonlyMap<string, CardRun>, trace: readonly Trace[]) => void;

/** A run that was started, and the cards that it has. */
export interface Started {
  id: string;
  flow: Pick<Flow, "cards">;
}

export interface TestRun {
  run: Run | undefined;
  /** Its loops, with the round of each that the cards show. */
  loops: readonly LoopRun[];
  onRound(loop: string, round: number): void;
}

/** A run that tries something, followed to its end. */
export function useTestRun(started: Started | undefined, onTrace: OnTrace): TestRun {
  const id = started?.id;
  const [chosen, setChosen] = useState<{ id: string | undefined; rounds: Rounds }>({ id, rounds: {} });
  const rounds = chosen.id === id ? chosen.rounds : NONE;
  const { data: found } = useQuery({
    queryKey: ["test run", id, rounds],
    queryFn: () => testRun(id ?? "", started?.flow ?? {}, rounds),
    enabled: id !== undefined,
    placeholderData: (before) => (before?.run.id === id ? before : undefined),
    refetchInterval: (query) => (query.state.data && hasEnded(query.state.data.run) ? false : 700),
  });
  const entries = found?.entries;
  const told = useRef(onTrace);
  told.current = onTrace;
  useEffect(() => {
    if (entries) {
      told.current(runsIn(entries), entries);
    }
  }, [entries]);
  return {
    run: found?.run,
    loops: found?.loops ?? [],
    onRound: (loop, round) => setChosen({ id, rounds: { ...rounds, [loop]: round } }),
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
      <StatePill run={run} /> {howItStands(run)}{" "}
      <Link to="/history/$runId" params={{ runId: run.id }}>
        {words.testOpen}
      </Link>
    </span>
  );
}

/** How long it took; of one that stands still, what it stands still for. */
function howItStands(run: Run): ReactNode {
  if (run.ms !== null) {
    return words.testTook(duration(run.ms));
  }
  if (run.status === "needs attention" || run.status === "waiting") {
    return (
      <>
        {words.testWaits[run.status]} <Link to="/inbox">{words.testInbox}</Link>
      </>
    );
  }
  return words.testRunning;
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
  return loops.map(({ loop, round, count }) => {
    const title = titles.get(loop) ?? loop;
    return (
      <div key={loop} style={{ display: "flex", gap: 8, alignItems: "center" }}>
        {text.designer.testRound(title)}
        <RoundChoice {...{ title, count, round }} onRound={(chosen) => onRound(loop, chosen)} />
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
          aria-invalid={why === "list" || why === "object"}
          aria-describedby={why === null ? undefined : id}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
        {large ? <span className={fields.type}>{words.sampleTooLarge(size(large))}</span> : null}
      </label>
      {why === null ? null : (
        <p id={id} className={why === "one" ? fields.type : fields.error}>
          {{ list: words.testNoList, object: words.testNoObject, one: words.testOneItem }[why]}
        </p>
      )}
    </div>
  );
}
