import { Link } from "@tanstack/react-router";
import { duration } from "../components/format";
import { Moment } from "../components/Moment";
import { StatePill, toneOf } from "../components/StatePill";
import { text } from "../text";
import { saidRounds } from "./painted";
import { RunAgain } from "./RunAgain";
import classes from "./RunList.module.css";
import { isTrial, type ListedRun } from "./runs";

interface RunListProps {
  runs: readonly ListedRun[];
  /** The name for screen readers. */
  label: string;
  empty: string;
}

/** Runs, one a line. */
export function RunList({ runs, label, empty }: RunListProps) {
  if (runs.length === 0) {
    return (
      <div className={classes.wrap}>
        <p className={classes.empty}>{empty}</p>
      </div>
    );
  }
  return (
    <div className={classes.wrap}>
      <table className={classes.table} aria-label={label}>
        <thead>
          <tr>
            <th scope="col">{text.history.flow}</th>
            <th scope="col">{text.history.status}</th>
            <th scope="col">{text.history.person}</th>
            <th scope="col">{text.history.started}</th>
            <th scope="col" className={classes.number}>
              {text.history.took}
            </th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <tr key={run.id}>
              <td>
                <Link to="/history/$runId" params={{ runId: run.id }} className={classes.flow}>
                  {run.flow_name}
                </Link>
                {isTrial(run) ? <span className={classes.trial}>{text.history.trial}</span> : null}
                {run.error ? (
                  <p className={`${classes.error} ${classes[toneOf(run.status)] ?? ""}`}>
                    {String(run.error.message ?? "")}
                  </p>
                ) : null}
                {run.again ? (
                  <p className={classes.again}>
                    <RunAgain again={run.again} />
                  </p>
                ) : null}
              </td>
              <td>
                <StatePill run={run} />
              </td>
              <td className={classes.person}>
                {run.about ? (
                  <Link to="/history" search={{ about: run.about }} className={classes.link}>
                    {run.about}
                  </Link>
                ) : run.part ? null : (
                  <span className={classes.quiet}>{text.history.noPerson}</span>
                )}
                {run.part ? <FoundBy part={run.part} /> : null}
              </td>
              <td className={classes.number}>
                <Moment at={run.started_at ?? run.created_at} />
              </td>
              <td className={classes.number}>{run.ms === null ? "" : duration(run.ms)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The helper run for which a run was found: whom it is about, in which round it was called. */
function FoundBy({ part }: { part: NonNullable<ListedRun["part"]> }) {
  const rounds = saidRounds(part.parent_path ?? "");
  return (
    <p className={classes.part} dir="auto">
      <Link to="/history/$runId" params={{ runId: part.id }} className={classes.found}>
        {part.about ?? part.flow_name}
      </Link>
      <span className={classes.quiet}> {text.history.part(part.flow_name, rounds, part.count - 1)}</span>
    </p>
  );
}
