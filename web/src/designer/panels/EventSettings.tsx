import { useAround } from "../context";
import { Examples } from "./Examples";
import classes from "./panels.module.css";

/** What an event does, and what it gives in examples. */
export function EventSettings({ card }: { card: string }) {
  const spec = useAround().specs.get(card);
  return spec ? (
    <div className={classes.stack}>
      <p className={classes.hint}>{spec.summary}</p>
      <Examples spec={spec} />
    </div>
  ) : null;
}
