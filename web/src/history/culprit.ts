/** What the error of a run says of where it failed. Pure: no React, no server. */
import type { Run } from "./runs";

/** What the error of a run says, as far as pages look at it. */
export interface Detail {
  message?: string;
  why?: string;
  mend?: string;
  card?: string | null;
  /** The run in which it happened: the run itself, or a helper run however deep down. */
  run?: string | null;
}

/** The helper run in which a run's failure happened; null if it happened in the run itself. */
export function helperAtFault(run: Pick<Run, "id" | "status" | "error">): string | null {
  const where = run.status === "failed" ? (run.error as Detail | null)?.run : null;
  return where && where !== run.id ? where : null;
}
