import { useInfiniteQuery } from "@tanstack/react-query";
import { type Helper, helpersQuery } from "./run";
import type { Run } from "./runs";

/** The helper run that a run began at a place; nothing while that is not known, or where there is none. */
export function useHelper(run: Run, path: string): Helper | undefined {
  return useInfiniteQuery(helpersQuery(run, { path })).data?.pages[0]?.rows[0];
}
