import { useParams } from "@tanstack/react-router";
import { PageBar } from "../components/Page";
import { text } from "../text";

/** One run. */
export function RunPage() {
  const { runId } = useParams({ from: "/shell/history/$runId" });
  return <PageBar title={runId} crumb={text.history.title} />;
}
