/** Of a run that somebody has asked to end, and that has not ended yet. */
export const cancelling = "Being cancelled";

/** Words for what runs and cards are in; the keys are the server's. */
export const states: Record<string, string> = {
  queued: "Queued",
  running: "Running",
  waiting: "Waiting",
  succeeded: "Succeeded",
  stopped: "Stopped",
  failed: "Failed",
  cancelled: "Cancelled",
  "needs attention": "Needs attention",
};
