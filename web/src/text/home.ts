export const home = {
  title: "Home",
  about: "the last 24 hours",
  tiles: {
    ran: (count: number) => (count === 1 ? "run" : "runs"),
    succeeded: "succeeded",
    failed: (again: number) =>
      again === 0
        ? "failed"
        : again === 1
          ? "failed, and 1 was run again"
          : `failed, and ${again} were run again`,
    waiting: (count: number) => (count === 1 ? "waits for a person" : "wait for a person"),
    more: (count: string) => `${count} or more`,
  },
  attention: "Needs attention",
  unfit: (count: number) =>
    `A helper flow that it calls has changed: ${count === 1 ? "1 problem" : `${count} problems`} to mend before it runs again.`,
  noAttention: "Nothing waits for a person.",
  failed: "Failed lately",
  noFailed: "No run has failed in the last 24 hours.",
  allAgain: "Each run that failed in the last 24 hours was run again.",
  flows: "Recent flows",
  noFlows:
    "Nothing has run yet. A run begins when an event comes that an active flow listens to, or by hand.",
  firstSteps: "First steps",
  connect: "Connect an app",
  take: "Take a template over",
  build: "Make a flow of your own",
  connections: "Connections",
  noConnections: "There are no connections yet.",
  runs: "runs",
  runsOf: (flow: string) => `Runs of ${flow}`,
};
