import { Button, Checkbox, Group, Modal, NativeSelect, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";
import { api, data } from "../api/client";
import { explain } from "../api/errors";
import { UsedHere } from "../components/ConfirmDelete";
import { ProblemNote } from "../components/ProblemNote";
import { usesQuery } from "../components/uses";
import { idFor } from "../designer/logic/tree";
import { text } from "../text";
import { type ColumnDraft, draftOf, goneFrom, newColumn, requestOf } from "./definition";
import classes from "./Tables.module.css";
import { putTable, type Table, tableQuery } from "./tables";

const GOOD_ID = /^[a-z][a-z0-9_-]{0,79}$/;
const COLUMNS_IN_USE = "columns-in-use";
const words = text.tables;

interface TableFormProps {
  /** The table that is changed; none for a new one. */
  table?: Table;
  onDone(table: Table): void;
  onClose(): void;
}

/** Makes a table of typed columns, or changes one. */
export function TableForm({ table, onDone, onClose }: TableFormProps) {
  const queries = useQueryClient();
  const [name, setName] = useState(table?.name ?? "");
  const [about, setAbout] = useState(table?.about ?? "");
  const [ownId, setOwnId] = useState<string | null>(null);
  const [columns, setColumns] = useState<ColumnDraft[]>(() => table?.columns.map(draftOf) ?? [newColumn(0)]);
  const [sure, setSure] = useState(false);
  const [refused, setRefused] = useState(false);
  const [insists, setInsists] = useState(false);
  const id = table?.id ?? ownId ?? idFor(name, "table", 80);
  const gone = table ? goneFrom(table.columns, columns) : [];
  const uses = useQuery({ ...usesQuery({ kind: "table", id }), enabled: gone.length > 0 });
  const saving = useMutation({
    mutationFn: async () => {
      if (table === undefined && (await isThere(id))) {
        throw new Taken();
      }
      return putTable(id, requestOf(name, about, columns, gone.length > 0), insists);
    },
    onSuccess: async (made) => {
      await queries.invalidateQueries({ queryKey: ["tables"] });
      queries.setQueryData(tableQuery(made.id).queryKey, made);
      onDone(made);
    },
    onError: (error) => setRefused(explain(error).some((problem) => problem.code === COLUMNS_IN_USE)),
  });
  const taken = saving.error instanceof Taken;
  const bad = id !== "" && !GOOD_ID.test(id);
  const named = columns.every((column) => column.name.trim() !== "") && name.trim() !== "";
  function submit(event: FormEvent) {
    event.preventDefault();
    saving.mutate();
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title={table ? words.changeTitle(table.name) : words.createTitle}
      size="xl"
    >
      <form className={classes.form} onSubmit={submit}>
        <TextInput
          label={words.nameLabel}
          description={table ? undefined : words.nameHint}
          value={name}
          maxLength={120}
          onChange={(event) => setName(event.currentTarget.value)}
          data-autofocus
        />
        {table ? null : (
          <TextInput
            label={words.idLabel}
            description={words.idHint}
            value={id}
            maxLength={80}
            error={taken ? words.idTaken : bad ? words.idBad : null}
            onChange={(event) => setOwnId(event.currentTarget.value)}
          />
        )}
        <TextInput
          label={words.aboutLabel}
          value={about}
          maxLength={5000}
          onChange={(event) => setAbout(event.currentTarget.value)}
        />
        <Columns
          columns={columns}
          onChange={(changed) => {
            setColumns(changed);
            saving.reset();
            setRefused(false);
            setInsists(false);
          }}
        />
        {gone.length > 0 ? (
          <div className={classes.warn}>
            <p>{words.removing(gone.join(", "))}</p>
            {uses.data && uses.data.count > 0 ? (
              <>
                <UsedHere uses={uses.data.rows} count={uses.data.count} onGo={onClose} />
                <p>{words.removingUsed}</p>
              </>
            ) : null}
            {uses.error ? <ProblemNote error={uses.error} /> : null}
            <Checkbox
              mt={8}
              label={words.removeYes}
              checked={sure}
              onChange={(event) => setSure(event.currentTarget.checked)}
            />
          </div>
        ) : null}
        {saving.error && !taken ? (
          <ProblemNote error={saving.error} title={refused ? words.columnsUsed : undefined} />
        ) : null}
        {refused ? (
          <Checkbox
            label={words.changeUsed}
            description={words.changeUsedWhat}
            checked={insists}
            onChange={(event) => setInsists(event.currentTarget.checked)}
          />
        ) : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {text.components.cancel}
          </Button>
          <Button
            type="submit"
            disabled={
              !named ||
              bad ||
              id === "" ||
              columns.length === 0 ||
              (gone.length > 0 && !sure) ||
              (refused && !insists)
            }
            loading={saving.isPending}
          >
            {table ? words.change : words.make}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}

class Taken extends Error {}

/** Whether there is a table with this id: making one would change it. */
async function isThere(id: string): Promise<boolean> {
  let after: string | undefined;
  do {
    const page = await data(api.GET("/api/v1/tables", { params: { query: { limit: 200, after } } }));
    if (page.rows.some((table) => table.id === id)) {
      return true;
    }
    after = page.next ?? undefined;
  } while (after !== undefined);
  return false;
}

interface ColumnsProps {
  columns: ColumnDraft[];
  onChange(columns: ColumnDraft[]): void;
}

function Columns({ columns, onChange }: ColumnsProps) {
  const key = useRef(1_000);
  const change = (at: number, more: Partial<ColumnDraft>) =>
    onChange(columns.map((column, number) => (number === at ? { ...column, ...more } : column)));
  return (
    <div>
      <table className={classes.columns} aria-label={words.columns}>
        <thead>
          <tr>
            {Object.values(words.heads).map((head) => (
              <th scope="col" key={head}>
                {head}
              </th>
            ))}
            <td />
          </tr>
        </thead>
        <tbody>
          {columns.map((column, at) => (
            <tr key={column.key}>
              <td>
                <TextInput
                  aria-label={words.columnName(at + 1)}
                  value={column.name}
                  maxLength={120}
                  onChange={(event) => change(at, { name: event.currentTarget.value })}
                />
              </td>
              <td>
                <NativeSelect
                  aria-label={words.columnType(at + 1)}
                  data={words.types.includes(column.type) ? words.types : [column.type, ...words.types]}
                  value={column.type}
                  disabled={column.was !== null}
                  onChange={(event) => change(at, { type: event.currentTarget.value })}
                />
              </td>
              <td>
                <TextInput
                  aria-label={words.columnDefault(at + 1)}
                  placeholder={words.defaultHint}
                  value={column.begins}
                  onChange={(event) => change(at, { begins: event.currentTarget.value })}
                />
              </td>
              <td>
                <Checkbox
                  mt={8}
                  aria-label={words.columnUnique(at + 1)}
                  checked={column.unique}
                  onChange={(event) => change(at, { unique: event.currentTarget.checked })}
                />
              </td>
              <td>
                <Button
                  variant="subtle"
                  color="gray"
                  aria-label={column.name ? words.removeColumn(column.name) : words.removeNth(at + 1)}
                  onClick={() => onChange(columns.filter((_, number) => number !== at))}
                >
                  ✕
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <Button
        variant="subtle"
        size="compact-sm"
        mt={4}
        onClick={() => {
          key.current += 1;
          onChange([...columns, newColumn(key.current)]);
        }}
      >
        + {words.addColumn}
      </Button>
    </div>
  );
}
