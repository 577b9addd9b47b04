import type { UseQueryResult } from "@tanstack/react-query";
import type { Json } from "../../flow/document";
import { wallTime } from "../../flow/scheduleTold";
import { text } from "../../text";
import classes from "./schedule.module.css";
import type { Told } from "./told";

const words = text.schedule;

/** The times that a schedule is due next, by the clocks of its zone. */
export function Times({ told, zone }: { told: UseQueryResult<Told>; zone: Json | undefined }) {
  const { data, isError } = told;
  if (!isError && (!data || data.flaws.length > 0)) {
    return null; // what is wrong is said at its field
  }
  return (
    <section className={classes.times} aria-label={words.next}>
      <h3>{words.next}</h3>
      {isError ? <p>{words.untold}</p> : null}
      {!isError && data?.upcoming.length ? (
        <p>{text.events.clock(typeof zone === "string" && zone !== "" ? zone : "UTC")}</p>
      ) : null}
      {!isError && data?.upcoming.length === 0 ? <p>{words.none}</p> : null}
      {isError ? null : (
        <ol>
          {data?.upcoming.map((time) => (
            <li key={time}>
              <time dateTime={time}>{wallTime(time)}</time>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
