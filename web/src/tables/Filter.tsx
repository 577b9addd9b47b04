import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ProblemNote } from "../components/ProblemNote";
import { text } from "../text";
import { comparisonsOf, needsValue, said, type View } from "./filter";
import classes from "./Tables.module.css";
import { countQuery, type Table } from "./tables";

const words = text.tables;

/** Which rows are shown: comparisons that all hold, each taken away by a press. */
export function Filter({ table, view, onView }: { table: Table; view: View; onView(view: View): void }) {
  const [name, setName] = useState(table.columns[0]?.name ?? "");
  const [chosen, setChosen] = useState("");
  const [value, setValue] = useState("");
  const column = table.columns.find((one) => one.name === name) ?? table.columns[0];
  const comparisons = column ? comparisonsOf(column) : [];
  const is = comparisons.includes(chosen) ? chosen : (comparisons[0] ?? "");
  const queries = useQueryClient();
  // the server knows what a column can be compared with; what it refuses never becomes a filter
  const adding = useMutation({
    mutationFn: async (next: View) => {
      await queries.fetchQuery({ ...countQuery(table.id, next), retry: false });
      return next;
    },
    onSuccess: (next) => {
      onView(next);
      setValue("");
    },
  });
  function add(event: FormEvent) {
    event.preventDefault();
    if (column && !adding.isPending) {
      const comparison = { column: column.name, is, ...(needsValue(is) ? { b: value } : {}) };
      adding.mutate({ ...view, where: [...view.where, comparison] });
    }
  }
  const refused = adding.error !== null;
  return (
    <search aria-label={words.filter}>
      <form className={classes.filter} onSubmit={add}>
        <NativeSelect
          aria-label={words.filterColumn}
          data={table.columns.map((one) => one.name)}
          value={column?.name ?? ""}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <NativeSelect
          aria-label={words.filterIs}
          data={[...comparisons]}
          value={is}
          onChange={(event) => setChosen(event.currentTarget.value)}
        />
        {needsValue(is) ? (
          <TextInput
            aria-label={words.filterValue}
            placeholder={words.filterValue}
            value={value}
            error={refused}
            onChange={(event) => {
              setValue(event.currentTarget.value);
              adding.reset();
            }}
          />
        ) : null}
        <Button type="submit" variant="default" disabled={needsValue(is) && value === ""}>
          {words.filterAdd}
        </Button>
        {view.where.map((one, number) => (
          <button
            key={`${number} ${said(one)}`}
            type="button"
            className={classes.chip}
            aria-label={words.filterTakeLabel(said(one))}
            onClick={() => onView({ ...view, where: view.where.filter((_, at) => at !== number) })}
          >
            {words.filterTake(said(one))}
          </button>
        ))}
      </form>
      {refused ? <ProblemNote error={adding.error} /> : null}
    </search>
  );
}
