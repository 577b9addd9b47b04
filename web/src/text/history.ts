import { isolated } from "./isolated";

export const history = {
  title: "History",
  live: "follows what happens",
  flow: "Flow",
  started: "Started",
  person: "Person",
  noTrials: "Without trials",
  noRunAgain: "Without runs that were run again",
  status: "Status",
  took: "Took",
  runs: "Runs",
  none: "No runs match. Take a filter away, or look at a longer time.",
  more: "Show older runs",
  noPerson: "nobody named",
  trial: "trial",
  part: (flow: string, rounds: string, more: number) =>
    [
      `in ${isolated(flow)}`,
      rounds === "" ? "" : `round ${rounds}`,
      more === 0 ? "" : more === 1 ? "and in 1 other helper run" : `and in ${more} other helper runs`,
    ]
      .filter(Boolean)
      .join(", "),
  filters: "Filters",
  anyStatus: "Any status",
  anyFlow: "Any flow",
  search: "Search",
  searchHint: "Person, flow or error",
  when: "Time",
  anyTime: "Any time",
  day: "Day",
  spans: { hour: "Last hour", day: "Last 24 hours", week: "Last 7 days" },
  about: (person: string) => `About ${person} ✕`,
};
