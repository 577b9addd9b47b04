import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { text } from "../text";
import { helpersQuery } from "./run";
import type { Run } from "./runs";

/** From a card that calls a helper flow to the run that it began. */
export function HelperLink({ run, path }: { run: Run; path: string }) {
  const helpers = useInfiniteQuery(helpersQuery(run, { path }));
  const helper = helpers.data?.pages[0]?.rows[0];
  if (helper === undefined) {
    return null;
  }
  return (
    <Link to="/history/$runId" params={{ runId: helper.id }}>
      {text.run.openHelper}
    </Link>
  );
}
