import { Link } from "@tanstack/react-router";
import { Moment } from "../components/Moment";
import { text } from "../text";
import type { Again } from "./runs";

/** Which run has run another one again, when, and how that went. */
export function RunAgain({ again }: { again: Again }) {
  return (
    // as high as a finger wants it (WCAG 2.2, 2.5.8)
    <Link
      to="/history/$runId"
      params={{ runId: again.id }}
      style={{ display: "inline-block", minHeight: 24, lineHeight: "24px" }}
    >
      {text.run.runAgain} <Moment at={again.created_at} />: {text.states[again.status] ?? again.status}
    </Link>
  );
}
