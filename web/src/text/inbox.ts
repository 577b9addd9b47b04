import { isolated } from "./isolated";

const runs = (count: number) => (count === 1 ? "this run" : `all ${count}`);

export const inbox = {
  title: "Inbox",
  about: "what waits for a person",
  none: "Nothing waits for a person.",
  back: "Back to the list",
  helperFor: (helper: string, flow: string) => `${isolated(helper)} for ${isolated(flow)}`,
  openRun: "Open the run",
  gone: (about: string) => `${isolated(about)} does not wait any more.`,
  goneWhat: "It is decided, or its run has ended. What you see is as it was.",
  answered: (about: string, answer: string) => `${isolated(about)}: you have answered “${answer}”.`,
  onceMore: "If again nobody knows what came of it, it waits in this list once more.",
  last: "Nothing else waits.",
  next: "Show the next",
  alike: {
    more: (count: number, orMore: boolean) =>
      `${count}${orMore ? " or more" : ""} other ${count === 1 && !orMore ? "run waits" : "runs wait"} at this card for the same reason.`,
    open: (count: number, orMore: boolean) => (orMore ? "Decide all alike" : `Decide all ${count} alike`),
    title: (count: number) => (count === 0 ? "Decide all alike" : `Decide all ${count} alike`),
    what: "What is to be done with each of them",
    whom: "Whom it concerns",
    nobody: "a run about nobody",
    choose: "Choose what is to be done",
    happenedWhat:
      "Each run goes on, with what the app says of it where it can be asked. One of which it says that it did not happen is left to you.",
    againWhat:
      "Each request is sent once more. Where the app can be asked and says that it happened, that one is left to you.",
    stopTitle: "Stop these runs",
    stopWhat: "Nothing more is sent. The runs end as failed.",
    resumeWhat: "Each run goes on with its next card.",
    body: "What the card is to give as its body in each of them (JSON, if later cards need it)",
    happened: (count: number) => `It happened: go on with ${runs(count)}`,
    again: (count: number) => `Send it again for ${runs(count)}`,
    stop: (count: number) => `Stop ${runs(count)}`,
    resume: (count: number) => `Resume ${runs(count)}`,
    halt: "Stop here",
    progress: "Decided",
    soFar: (decided: number, all: number) => `${decided} of ${all} decided.`,
    refused: (count: number) => (count === 1 ? "1 was not:" : `${count} were not:`),
    refusedList: "Not decided",
    saysNot: "The app says that it did not happen. Decide this one by itself.",
    saysSo: "The app says that it happened. Decide this one by itself.",
  },
};
