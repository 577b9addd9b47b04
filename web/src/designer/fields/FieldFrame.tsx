import type { ReactNode } from "react";
import { text } from "../../text";
import { Beyond } from "../Beyond";
import { CONVERSION, type Found } from "../context";
import classes from "./fields.module.css";

interface FieldFrameProps {
  title: string;
  type?: ReactNode;
  problems?: readonly Found[] | undefined;
  /** The element that describes the field for screen readers. */
  id?: string;
  about?: string;
  /** The field's own name, by which it is found on the page. */
  name?: string;
  /** Okta Workflows has no such field. */
  beyond?: boolean;
  onRemove?: (() => void) | undefined;
  children: ReactNode;
}

const looks: Record<string, string | undefined> = { error: classes.error, [CONVERSION]: classes.becomes };

/** A field of a card: its name, its type, what is wrong with it. */
export function FieldFrame(props: FieldFrameProps) {
  const { title, type, problems = [], id, about, name, beyond, onRemove, children } = props;
  return (
    <div className={classes.field} data-field={name}>
      <div className={classes.top} title={about}>
        <span>
          {title}
          {beyond ? <Beyond what="field" /> : null}
        </span>
        {type ? <span className={classes.type}>{type}</span> : null}
        {onRemove ? (
          <button
            type="button"
            className={classes.away}
            aria-label={text.designer.takeAway(title)}
            onClick={onRemove}
          >
            ✕
          </button>
        ) : null}
      </div>
      {children}
      {problems.length > 0 ? (
        <div id={id}>
          {problems.map((problem) => (
            <p key={problem.code + problem.what} className={looks[problem.severity] ?? classes.problem}>
              {problem.severity === CONVERSION ? text.designer.becomes(problem.what) : problem.what}{" "}
              {problem.mend}
            </p>
          ))}
        </div>
      ) : null}
    </div>
  );
}
