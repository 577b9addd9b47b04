import { Link } from "@tanstack/react-router";
import { Moment } from "../components/Moment";
import { text } from "../text";
import type { Again } from "./runs";

/** Which run has run another one again, when, and how that went. */
export function RunAgain({ again }: { again: Again }) {
  return (
    <Link to="/history/$runId" params={{ runId: again.id }}>
      {text.run.runAgain} <Moment at={again.created_at} />: {text.states[again.status] ?? again.status}
    </Link>
  );
}
