export const home = {
  title: "Home",
  about: "the last 24 hours",
  tiles: {
    ran: "runs",
    succeeded: "succeeded",
    failed: "failed",
    waiting: "wait for a person",
    more: (count: string) => `${count} or more`,
  },
  attention: "Needs attention",
  noAttention: "Nothing waits for a person.",
  failed: "Failed lately",
  noFailed: "No run has failed in the last 24 hours.",
  flows: "Recent flows",
  noFlows:
    "Nothing has run yet. A run begins when an event comes that an active flow listens to, or by hand.",
  connections: "Connections",
  noConnections: "There are no connections yet.",
  all: "All runs",
};
