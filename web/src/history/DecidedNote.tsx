import { duration } from "../components/format";
import { Moment } from "../components/Moment";
import { text } from "../text";
import classes from "./PaintedCard.module.css";
import { decidedOf, type Painted } from "./painted";

const words = text.run.decided;

/** Who said what became of a card whose outcome nobody knew, when, and what was known of it. */
export function DecidedNote({ painted }: { painted: Painted }) {
  const decided = decidedOf(painted);
  if (decided === null) {
    return null;
  }
  const known = decided.error?.message;
  const waited = decided.asked_at ? Date.parse(decided.decided_at) - Date.parse(decided.asked_at) : null;
  return (
    <div className={classes.decided}>
      <p dir="auto">
        ? {text.run.outcome.unknown}.{typeof known === "string" ? ` ${words.known} ${known}` : null}
      </p>
      <p dir="auto">
        {words.said(decided.by ?? words.somebody, words.answers[decided.answer] ?? decided.answer)}{" "}
        <Moment at={decided.decided_at} />
        {waited === null ? null : ` · ${words.waited(duration(waited))}`}
      </p>
    </div>
  );
}
