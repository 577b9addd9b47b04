import { ActionIcon, Button, FileButton, Menu } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { api, data } from "../api/client";
import { ApiError } from "../api/errors";
import { Confirm } from "../components/Confirm";
import { ConfirmDelete } from "../components/ConfirmDelete";
import { Leaving } from "../components/Leaving";
import { PageBar, PageBody } from "../components/Page";
import { ProblemNote } from "../components/ProblemNote";
import { Waiting } from "../components/Waiting";
import { text } from "../text";
import { endEditing } from "./Cell";
import { CsvImport } from "./CsvImport";
import { asShown } from "./cells";
import { Filter } from "./Filter";
import { everything, keeping, type View } from "./filter";
import { Grid } from "./Grid";
import type { Place } from "./moves";
import { newRowId } from "./rowId";
import { TableForm } from "./TableForm";
import classes from "./Tables.module.css";
import {
  countQuery,
  deleteRows,
  exportAddress,
  MOST_ROWS,
  makeRow,
  type Row,
  type Table,
  tableQuery,
} from "./tables";
import { useEdits } from "./useEdits";

const words = text.tables;

/** One table: its rows to be looked at, filtered and changed; its columns; CSV in and out. */
export function TablePage() {
  const { tableId } = useParams({ from: "/shell/tables/$tableId" });
  const found = useQuery(tableQuery(tableId));
  if (found.data === undefined) {
    const gone = found.error instanceof ApiError && found.error.status === 404;
    return (
      <>
        <PageBar title={words.title} crumb={<Link to="/tables">{words.crumb}</Link>} />
        <PageBody>
          {gone ? <p>{words.missing}</p> : found.error ? <ProblemNote error={found.error} /> : <Waiting />}
        </PageBody>
      </>
    );
  }
  return <Loaded key={tableId} table={found.data} />;
}

type Asking = "columns" | "rows" | "clear" | "remove" | null;

/** Rows that are to be deleted. */
interface LeavingRows {
  ids: ReadonlySet<string>;
  /** What the first column says of one that was not ticked; empty if there are others. */
  name: string;
}

function Loaded({ table }: { table: Table }) {
  const [wanted, setView] = useState<View>(everything);
  const view = useMemo(() => keeping(wanted, table.columns), [wanted, table.columns]);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [at, setAt] = useState<Row | null>(null);
  const [goTo, setGoTo] = useState<Place | null>(null);
  // what was meant when the dialog opened: rows may come, go and move below it
  const [leaving, setLeaving] = useState<LeavingRows>({ ids: new Set(), name: "" });
  const [asking, setAsking] = useState<Asking>(null);
  const [file, setFile] = useState<File | null>(null);
  const edits = useEdits(table.id);
  const queries = useQueryClient();
  const all = useQuery(countQuery(table.id, everything)).data;
  const found = useQuery(countQuery(table.id, view)).data;
  const fresh = useCallback(
    () => queries.invalidateQueries({ queryKey: ["table", table.id, "rows"] }),
    [queries, table.id],
  );
  const read = useRef(table.revision);
  useEffect(() => {
    // with other columns rows are read anew, by a view that has no column that is gone
    if (read.current !== table.revision) {
      read.current = table.revision;
      void fresh();
    }
  }, [table.revision, fresh]);
  const adding = useMutation({
    mutationFn: () => makeRow(table.id, newRowId()),
    onSuccess: async () => {
      // a new row is the last one of all
      setView(everything);
      await fresh();
      const count = await queries.fetchQuery({ ...countQuery(table.id, everything), staleTime: 0 });
      setGoTo({ row: count - 1, column: 0 });
    },
  });
  const removed: LeavingRows =
    chosen.size > 0 || at === null
      ? { ids: chosen, name: "" }
      : { ids: new Set([at.id]), name: asShown(at.values[table.columns[0]?.name ?? ""]) };
  const done = () => setAsking(null);
  const tick = useCallback((row: string) => {
    setChosen((before) => {
      const next = new Set(before);
      if (!next.delete(row)) {
        next.add(row);
      }
      return next;
    });
  }, []);
  return (
    <>
      <PageBar
        title={table.name}
        crumb={<Link to="/tables">{words.crumb}</Link>}
        about={
          <span role="status">
            {all === undefined || found === undefined
              ? ""
              : view.where.length > 0
                ? words.rowsOf(found, all)
                : words.rows(all)}{" "}
            {(found ?? 0) > MOST_ROWS ? words.mostShown(MOST_ROWS) : null}
          </span>
        }
        actions={
          <>
            <Button
              variant="default"
              disabled={removed.ids.size === 0}
              onClick={() => {
                setLeaving(removed);
                setAsking("rows");
              }}
            >
              {words.deleteRows(Math.max(1, removed.ids.size))}
            </Button>
            <FileButton accept=".csv,.txt,.tsv,text/csv" onChange={setFile}>
              {(props) => (
                <Button variant="default" {...props}>
                  {words.import}
                </Button>
              )}
            </FileButton>
            <Button
              component="a"
              variant="default"
              href={exportAddress(table.id, view)}
              download={`${table.id}.csv`}
              title={words.exportWhat}
            >
              {view.where.length > 0 ? words.exportShown(found ?? 0) : words.exportAll}
            </Button>
            <Button variant="default" onClick={() => setAsking("columns")}>
              {words.columnsDo}
            </Button>
            <Button loading={adding.isPending} onClick={() => adding.mutate()}>
              {words.addRow}
            </Button>
            <More
              onAsk={setAsking}
              all={view.where.length > 0 ? exportAddress(table.id, everything) : null}
            />
          </>
        }
      />
      <div className={classes.page}>
        {adding.error ? <ProblemNote error={adding.error} /> : null}
        <Filter table={table} view={view} onView={setView} />
        <Grid {...{ table, view, edits, chosen, goTo }} onView={setView} onTick={tick} onAt={setAt} />
      </div>
      <Leaving
        unsaved={() => {
          endEditing();
          return edits.unsaved();
        }}
        save={edits.settled}
        words={words.leave}
      />
      {asking === "columns" ? <TableForm table={table} onClose={done} onDone={done} /> : null}
      {file ? <CsvImport table={table} file={file} onClose={() => setFile(null)} /> : null}
      {asking === "rows" ? (
        <Confirm
          title={words.deleteTitle(leaving.ids.size, leaving.name)}
          what={words.deleteWhat}
          yes={words.deleteRows(leaving.ids.size)}
          act={async () => {
            const count = await deleteRows(table.id, leaving.ids);
            setChosen(new Set());
            await fresh();
            notifications.show({ message: words.deleted(count) });
          }}
          onClose={done}
        />
      ) : null}
      {asking === "clear" ? (
        <Confirm
          title={words.clearTitle(table.name)}
          what={words.deleteWhat}
          yes={words.clear}
          act={async () => {
            const params = { path: { table_id: table.id } };
            const { cleared } = await data(api.POST("/api/v1/tables/{table_id}/clear", { params }));
            setChosen(new Set());
            await fresh();
            notifications.show({ message: words.deleted(cleared) });
          }}
          onClose={done}
        />
      ) : null}
      {asking === "remove" ? <RemoveTable table={table} onRemoved={edits.forget} onClose={done} /> : null}
    </>
  );
}

interface MoreProps {
  onAsk(asking: Asking): void;
  /** Where all rows come as a file, while fewer are shown. */
  all: string | null;
}

function More({ onAsk, all }: MoreProps) {
  return (
    <Menu position="bottom-end" width={200}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size={34} aria-label={words.more_}>
          ⋯
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {all ? (
          <Menu.Item component="a" href={all} download>
            {words.exportAll}
          </Menu.Item>
        ) : null}
        <Menu.Item onClick={() => onAsk("clear")}>{words.clear}</Menu.Item>
        <Menu.Item color="var(--bad)" onClick={() => onAsk("remove")}>
          {words.remove}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

interface RemoveTableProps {
  table: Table;
  onRemoved(): void;
  onClose(): void;
}

function RemoveTable({ table, onRemoved, onClose }: RemoveTableProps) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return (
    <ConfirmDelete
      title={words.removeTitle(table.name)}
      what={words.removeWhat}
      yes={words.remove}
      used={{ kind: "table", id: table.id }}
      anyway={words.removeUsed}
      act={async (evenIfUsed) => {
        const params = { path: { table_id: table.id }, query: { even_if_used: evenIfUsed } };
        await data(api.DELETE("/api/v1/tables/{table_id}", { params }));
        onRemoved();
        await navigate({ to: "/tables" });
        queries.removeQueries({ queryKey: ["table", table.id] });
        void queries.invalidateQueries({ queryKey: ["tables"] });
      }}
      onClose={onClose}
    />
  );
}
