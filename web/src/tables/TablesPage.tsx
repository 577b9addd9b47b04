import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Moment } from "../components/Moment";
import { PageBar, PageBody } from "../components/Page";
import { ProblemNote } from "../components/ProblemNote";
import { SimpleTable } from "../components/SimpleTable";
import table from "../components/Table.module.css";
import { text } from "../text";
import { TableForm } from "./TableForm";
import classes from "./Tables.module.css";
import { tablesQuery } from "./tables";

/** All tables, and the way to a new one. */
export function TablesPage() {
  const found = useInfiniteQuery(tablesQuery);
  const navigate = useNavigate();
  const { make } = useSearch({ from: "/shell/tables" });
  const setMaking = (open: boolean) =>
    void navigate({ to: "/tables", search: open ? { make: "table" } : {}, replace: true });
  const rows = found.data?.pages.flatMap((page) => page.rows) ?? [];
  return (
    <>
      <PageBar
        title={text.tables.title}
        about={text.tables.about}
        actions={<Button onClick={() => setMaking(true)}>{text.tables.create}</Button>}
      />
      <PageBody>
        {found.error ? <ProblemNote error={found.error} /> : null}
        <SimpleTable
          label={text.tables.list}
          heads={[text.tables.name, text.tables.columns, text.tables.updated]}
          empty={found.isPending ? text.components.loading : text.tables.none}
        >
          {rows.map((one) => (
            <tr key={one.id}>
              <td>
                <Link to="/tables/$tableId" params={{ tableId: one.id }} className={classes.name}>
                  {one.name}
                </Link>
                <div className={table.quiet}>{one.about || one.id}</div>
              </td>
              <td>{one.columns.map((column) => column.name).join(", ")}</td>
              <td>
                <Moment at={one.updated} />
              </td>
            </tr>
          ))}
        </SimpleTable>
        {found.hasNextPage ? (
          <Button variant="default" mt="sm" onClick={() => void found.fetchNextPage()}>
            {text.tables.more}
          </Button>
        ) : null}
      </PageBody>
      {make === "table" ? (
        <TableForm
          onClose={() => setMaking(false)}
          onDone={(made) => void navigate({ to: "/tables/$tableId", params: { tableId: made.id } })}
        />
      ) : null}
    </>
  );
}
