import { queryOptions } from "@tanstack/react-query";
import { api, data } from "../api/client";

/** This installation: its version, its address, what its operator has set. */
export const aboutQuery = queryOptions({
  queryKey: ["about"],
  queryFn: ({ signal }) => data(api.GET("/api/v1/about", { signal })),
});

const GROUPS = {
  reach: ["KEYTURN_PUBLIC_URL", "KEYTURN_HOST", "KEYTURN_PORT"],
  egress: ["KEYTURN_EGRESS_ALLOW", "KEYTURN_PROXY", "KEYTURN_CA_FILE"],
  keeping: [
    "KEYTURN_HISTORY_DAYS",
    "KEYTURN_FILE_DAYS",
    "KEYTURN_LARGEST_FILE",
    "KEYTURN_FILES",
    "KEYTURN_DATA",
  ],
  limits: [
    "KEYTURN_RUNS_AT_ONCE",
    "KEYTURN_FLOW_RUNS_AT_ONCE",
    "KEYTURN_FLOW_JOBS_AHEAD",
    "KEYTURN_ENDPOINT_WAIT_SECONDS",
    "KEYTURN_ANSWER_SECONDS",
    "KEYTURN_ANSWER_BYTES",
    "KEYTURN_FILE_SECONDS",
    "KEYTURN_LARGEST_TEXT",
    "KEYTURN_LARGEST_LIST",
    "KEYTURN_DEEPEST_VALUE",
  ],
} as const;

export type Group = keyof typeof GROUPS | "other";

/** Settings by what they are about; those that are in no group stand at the end. */
export function grouped(names: readonly string[]): [Group, string[]][] {
  const known = new Set<string>(Object.values(GROUPS).flat());
  const found = Object.entries(GROUPS).map(([group, members]): [Group, string[]] => [
    group as Group,
    members.filter((name) => names.includes(name)),
  ]);
  const rest: [Group, string[]] = ["other", names.filter((name) => !known.has(name))];
  return [...found, rest].filter(([, members]) => members.length > 0);
}
