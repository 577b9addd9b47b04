import type { ReactNode } from "react";
import classes from "./Table.module.css";

interface SimpleTableProps {
  label: string;
  heads: ReactNode[];
  /** What is shown instead where there are no rows. */
  empty: string;
  /** Whether a row's cells stand one below the other on a phone: for rows that are understood without their heads; one that is not says its own (data-head). */
  stacks?: boolean;
  children: ReactNode[];
}

/** A table with heads; its rows are `tr`s. It scrolls sideways in itself, where there is little room. */
export function SimpleTable({ label, heads, empty, stacks, children }: SimpleTableProps) {
  if (children.length === 0) {
    return (
      <div className={classes.wrap}>
        <p className={classes.empty}>{empty}</p>
      </div>
    );
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <section className={classes.wrap} tabIndex={0} aria-label={label}>
      <table className={`${classes.table} ${stacks ? classes.stacks : ""}`} aria-label={label}>
        <thead>
          <tr>
            {heads.map((head, number) => (
              <th scope="col" key={number}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  );
}
