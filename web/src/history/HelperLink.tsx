import { Link } from "@tanstack/react-router";
import { text } from "../text";
import type { Run } from "./runs";
import { useHelper } from "./useHelper";

/** From a card that calls a helper flow to the run that it began. */
export function HelperLink({ run, path }: { run: Run; path: string }) {
  const helper = useHelper(run, path);
  if (helper === undefined) {
    return null;
  }
  return (
    <Link to="/history/$runId" params={{ runId: helper.id }}>
      {text.run.openHelper}
    </Link>
  );
}
