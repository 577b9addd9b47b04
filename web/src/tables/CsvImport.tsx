import { Button, Group, Modal, NativeSelect, Progress } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import type { Schemas } from "../api/client";
import { Unreachable } from "../api/errors";
import { upload } from "../api/upload";
import { ProblemNote } from "../components/ProblemNote";
import { text } from "../text";
import { linesIn } from "./csv";
import type { Table } from "./tables";

type Told = Schemas["ImportProgress"];

/** Refused rows that are listed. */
const LISTED = 100;
const words = text.tables;

interface State {
  sent: number;
  told: Told | null;
  problems: Told["problems"];
}

const nothing: State = { sent: 0, told: null, problems: [] };

/** Puts the rows of a file into a table: how it is to be read, how far it is, what did not fit. */
export function CsvImport({ table, file, onClose }: { table: Table; file: File; onClose: () => void }) {
  const queries = useQueryClient();
  const [match, setMatch] = useState("");
  const [delimiter, setDelimiter] = useState(",");
  const [state, setState] = useState(nothing);
  const total = useRef(1);
  const stopping = useRef(new AbortController());
  const importing = useMutation({
    mutationFn: async () => {
      setState(nothing);
      stopping.current = new AbortController();
      total.current = Math.max(1, (await linesIn(file)) - 1);
      let last: Told | null = null;
      const query = new URLSearchParams({ delimiter, ...(match ? { match } : {}) });
      await upload<Told>(`/api/v1/tables/${encodeURIComponent(table.id)}/import?${query}`, file, {
        onSent: (sent) => setState((before) => ({ ...before, sent })),
        onLine: (told) => {
          last = told;
          setState((before) => ({
            ...before,
            told: told.stopped && before.told ? { ...before.told, stopped: told.stopped } : told,
            problems: [...before.problems, ...told.problems].slice(0, LISTED),
          }));
        },
        signal: stopping.current.signal,
      });
      const end = last as Told | null;
      if (end === null || (!end.done && end.stopped === null)) {
        throw new Unreachable();
      }
    },
    onSettled: () => void queries.invalidateQueries({ queryKey: ["table", table.id] }),
  });
  const unique = table.columns.filter((column) => column.unique);
  const { told } = state;
  const done = importing.isSuccess;
  const begun = importing.isPending || done || told !== null;
  const part = done ? 1 : 0.5 * state.sent + 0.5 * Math.min(1, (told?.read ?? 0) / total.current);
  return (
    <Modal
      opened
      onClose={onClose}
      title={words.importTitle(file.name)}
      size="lg"
      closeOnClickOutside={!importing.isPending}
    >
      <div style={{ display: "grid", gap: 14 }}>
        {begun ? null : (
          <>
            <p style={{ color: "var(--muted)" }}>{words.importWhat}</p>
            <NativeSelect
              label={words.match}
              value={match}
              onChange={(event) => setMatch(event.currentTarget.value)}
              data={[
                { value: "", label: words.matchNone },
                ...unique.map(({ name }) => ({ value: name, label: words.matchBy(name) })),
              ]}
            />
            <NativeSelect
              label={words.delimiter}
              value={delimiter}
              onChange={(event) => setDelimiter(event.currentTarget.value)}
              data={Object.entries(words.delimiters).map(([value, label]) => ({ value, label }))}
            />
          </>
        )}
        {begun ? (
          <>
            <Progress
              value={100 * part}
              color={told?.stopped ? "red" : undefined}
              aria-label={words.importing}
            />
            <p role="status">
              {told ? words.soFar(told.read) : words.sending(Math.round(100 * state.sent))}
              {told ? ` · ${words.result(told.created, told.updated, told.refused)}` : ""}{" "}
              {done && !told?.stopped ? <b>{words.importDone}</b> : null}
            </p>
          </>
        ) : null}
        {told?.stopped ? <Stopped told={told} /> : null}
        {importing.error && importing.error.name !== "AbortError" ? (
          <ProblemNote
            error={importing.error}
            {...(importing.error instanceof Unreachable && told ? { title: words.cutOff } : {})}
          />
        ) : null}
        <Refused problems={state.problems} count={told?.refused ?? 0} />
        <Group justify="flex-end">
          {importing.isPending ? (
            <Button variant="default" onClick={() => stopping.current.abort()}>
              {words.stop}
            </Button>
          ) : (
            <Button variant="default" onClick={onClose}>
              {done ? words.done : text.components.cancel}
            </Button>
          )}
          {begun ? null : <Button onClick={() => importing.mutate()}>{words.importDo}</Button>}
        </Group>
      </div>
    </Modal>
  );
}

function Stopped({ told }: { told: Told }) {
  return (
    <div role="alert">
      <b>{words.importStopped}:</b> {told.stopped?.what} {told.stopped?.mend}
    </div>
  );
}

/** The rows that did not fit, by their line. */
function Refused({ problems, count }: { problems: Told["problems"]; count: number }) {
  if (problems.length === 0) {
    return null;
  }
  return (
    <section
      aria-label={words.refused}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
      tabIndex={0}
      style={{ maxHeight: 220, overflow: "auto" }}
    >
      <ul style={{ margin: 0, paddingLeft: 18 }}>
        {problems.map((problem) => (
          <li key={`${problem.line} ${problem.what}`}>
            <b>{words.line(problem.line)}</b> {problem.what}
          </li>
        ))}
      </ul>
      {count > problems.length ? <p>{words.moreRefused(count - problems.length)}</p> : null}
    </section>
  );
}
