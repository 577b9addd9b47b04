import type { ReactNode } from "react";
import type { Found } from "../context";
import classes from "./fields.module.css";

interface FieldFrameProps {
  title: string;
  type?: ReactNode;
  problems?: readonly Found[] | undefined;
  /** The element that describes the field for screen readers. */
  id?: string;
  about?: string;
  children: ReactNode;
}

/** A field of a card: its name, its type, what is wrong with it. */
export function FieldFrame({ title, type, problems = [], id, about, children }: FieldFrameProps) {
  return (
    <div className={classes.field}>
      <div className={classes.top} title={about}>
        <span>{title}</span>
        {type ? <span className={classes.type}>{type}</span> : null}
      </div>
      {children}
      {problems.length > 0 ? (
        <div id={id}>
          {problems.map((problem) => (
            <p
              key={problem.code + problem.what}
              className={problem.severity === "error" ? classes.error : classes.problem}
            >
              {problem.what} {problem.mend}
            </p>
          ))}
        </div>
      ) : null}
    </div>
  );
}
