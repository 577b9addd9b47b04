// biome-ignore-all lint/a11y/useSemanticElements: rows that stand at computed places are no table of HTML
// biome-ignore-all lint/a11y/useFocusableInteractive: in a grid the cells take the focus, one at a time
import { text } from "../text";
import { canSort, sortedBy, type View } from "./filter";
import classes from "./Grid.module.css";
import type { Column, Table } from "./tables";

interface GridHeadProps {
  table: Table;
  view: View;
  onView(view: View): void;
  template: string;
  width: number;
}

/** The names of the columns; pressed, one sorts. */
export function GridHead({ table, view, onView, template, width }: GridHeadProps) {
  return (
    <div role="rowgroup" className={classes.headGroup} style={{ width }}>
      <div role="row" aria-rowindex={1} className={classes.head} style={{ gridTemplateColumns: template }}>
        <div role="columnheader" className={classes.corner}>
          {text.tables.number}
        </div>
        {table.columns.map((column) => (
          <Head key={column.name} column={column} view={view} onView={onView} />
        ))}
      </div>
    </div>
  );
}

function Head({ column, view, onView }: { column: Column; view: View; onView(view: View): void }) {
  const sorted = view.sort === column.name ? (view.falling ? "falling" : "rising") : null;
  const inside = (
    <>
      <b>{column.name}</b> <i>{column.type}</i>
      {sorted ? <span aria-hidden="true"> {text.tables.sorted[sorted]}</span> : null}
    </>
  );
  return (
    <div
      role="columnheader"
      className={classes.columnHead}
      aria-sort={sorted === null ? "none" : sorted === "rising" ? "ascending" : "descending"}
    >
      {canSort(column) ? (
        <button
          type="button"
          title={text.tables.sort(column.name)}
          onClick={() => onView(sortedBy(view, column.name))}
        >
          {inside}
        </button>
      ) : (
        <span>{inside}</span>
      )}
    </div>
  );
}
