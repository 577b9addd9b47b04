import { Link } from "@tanstack/react-router";
import { duration } from "../components/format";
import { Moment } from "../components/Moment";
import { StatePill, toneOf } from "../components/StatePill";
import { text } from "../text";
import classes from "./RunList.module.css";
import type { Run } from "./runs";

interface RunListProps {
  runs: readonly Run[];
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
                {run.error ? (
                  <p className={`${classes.error} ${classes[toneOf(run.status)] ?? ""}`}>
                    {String(run.error.message ?? "")}
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
                ) : (
                  <span className={classes.quiet}>{text.history.noPerson}</span>
                )}
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
