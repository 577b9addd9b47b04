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
