import { type FocusEvent, type ReactNode, useId } from "react";
import { text } from "../../text";
import { Beyond } from "../Beyond";
import { CONVERSION, type Found, useDesigner } from "../context";
import { DescribedProvider } from "./described";
import classes from "./fields.module.css";

interface FieldFrameProps {
  title: string;
  type?: ReactNode;
  problems?: readonly Found[] | undefined;
  /** What it means: told to screen readers, beside the cards while it has the focus, and to the mouse. */
  about?: string | undefined;
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
  const { title, type, problems = [], about = "", name, beyond, onRemove, children } = props;
  const api = useDesigner();
  const id = useId();
  const ids = [about ? `${id}-about` : "", problems.length > 0 ? `${id}-problems` : ""].filter(Boolean);

  function focused({ currentTarget }: FocusEvent<HTMLElement>) {
    const card = currentTarget.closest<HTMLElement>("[data-card]")?.dataset.card;
    if (title && card !== undefined) {
      api.tell({ card, title, about });
    }
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only sees that the field inside has the focus
    <div className={classes.field} data-field={name} onFocus={focused}>
      <div className={classes.top} title={about || undefined}>
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
      {about ? (
        <span id={`${id}-about`} hidden>
          {about}
        </span>
      ) : null}
      <DescribedProvider value={ids.join(" ") || undefined}>{children}</DescribedProvider>
      {problems.length > 0 ? (
        <div id={`${id}-problems`}>
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
