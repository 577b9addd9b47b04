import type { ReactNode } from "react";
import { text } from "../text";
import classes from "./StatePill.module.css";

export type Tone = "quiet" | "ok" | "bad" | "warn" | "ask" | "busy";

const tones: Record<string, Tone> = {
  running: "busy",
  succeeded: "ok",
  failed: "bad",
  "needs attention": "ask",
};

/** The tone of a run's status: colour means state, and nothing else. */
export function toneOf(status: string): Tone {
  return tones[status] ?? "quiet";
}

/** A word on the colour of its state. */
export function Pill({ tone, children }: { tone: Tone; children: ReactNode }) {
  return <span className={`${classes.pill} ${tone === "quiet" ? "" : classes[tone]}`}>{children}</span>;
}

/** The status of a run; of one that somebody has asked to end, that. */
export function StatePill({ run }: { run: { status: string; cancelling?: boolean } }) {
  return (
    <Pill tone={toneOf(run.status)}>
      {run.cancelling ? text.cancelling : (text.states[run.status] ?? run.status)}
    </Pill>
  );
}
