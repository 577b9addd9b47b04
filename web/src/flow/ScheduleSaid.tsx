import { useQuery } from "@tanstack/react-query";
import type { FlowEvent } from "./document";
import classes from "./FlowCard.module.css";
import { SCHEDULE, scheduleQuery } from "./scheduleTold";

/** The schedule that starts a flow, in a sentence. */
export function ScheduleSaid({ event }: { event: FlowEvent }) {
  const told = useQuery({ ...scheduleQuery(event.options ?? {}), enabled: event.card === SCHEDULE });
  return told.data?.words ? <p className={classes.says}>{told.data.words}</p> : null;
}
