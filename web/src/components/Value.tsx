import { useState } from "react";
import { text } from "../text";
import { isLong, shown } from "./shown";
import classes from "./Value.module.css";

/** A value, folded if it is long. Whatever it contains is shown as text. */
export function Value({ value, label }: { value: unknown; label: string }) {
  const [open, setOpen] = useState(false);
  if (value === null || value === undefined) {
    return <div className={`${classes.value} ${classes.quiet}`}>{text.components.nothing}</div>;
  }
  const content = shown(value);
  if (content === "") {
    return <div className={`${classes.value} ${classes.quiet}`}>{text.components.empty}</div>;
  }
  return (
    <div>
      {open ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
        <section className={`${classes.value} ${classes.open}`} dir="auto" tabIndex={0} aria-label={label}>
          {content}
        </section>
      ) : (
        <pre className={classes.value} dir="auto">
          {content}
        </pre>
      )}
      {isLong(content) ? (
        <button type="button" className={classes.act} aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? text.components.showLess : text.components.more}
        </button>
      ) : null}
    </div>
  );
}
