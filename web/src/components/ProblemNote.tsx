import { explain } from "../api/errors";
import { text } from "../text";
import classes from "./ProblemNote.module.css";

/** An error: what happened and what to do, for each problem. */
export function ProblemNote({ error, title }: { error: unknown; title?: string }) {
  return (
    <div className={classes.note} role="alert">
      <h2>{title ?? text.errors.title}</h2>
      {explain(error).map((problem) => (
        <div key={`${problem.code} ${problem.what}`}>
          <p dir="auto">
            {problem.what} {problem.why}
          </p>
          {problem.mend ? (
            <p>
              <b>{text.errors.todo}</b> {problem.mend}
            </p>
          ) : null}
        </div>
      ))}
    </div>
  );
}
