import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { Moment } from "../components/Moment";
import { ProblemNote } from "../components/ProblemNote";
import { SimpleTable } from "../components/SimpleTable";
import { Pill } from "../components/StatePill";
import table from "../components/Table.module.css";
import { Value } from "../components/Value";
import { text } from "../text";
import { type LedgerRow, type Letter, type Message, rowsQuery } from "./rows";
import classes from "./SandboxPage.module.css";

const words = text.sandbox;

interface ListProps<Row> {
  kind: "ledger" | "letters" | "messages";
  label: string;
  heads: string[];
  empty: string;
  row(row: Row): ReactNode;
}

/** What the sandbox received, newest first and live. */
function List<Row>({ kind, label, heads, empty, row }: ListProps<Row>) {
  const found = useInfiniteQuery(rowsQuery(kind));
  const rows = (found.data?.pages.flatMap((page) => page.rows) ?? []) as Row[];
  return (
    <>
      {found.error ? <ProblemNote error={found.error} /> : null}
      <SimpleTable
        label={label}
        heads={heads}
        empty={found.isPending ? text.components.loading : empty}
        stacks
      >
        {rows.map(row)}
      </SimpleTable>
      {found.hasNextPage ? (
        <Button
          variant="default"
          mt="sm"
          loading={found.isFetchingNextPage}
          onClick={() => void found.fetchNextPage()}
        >
          {text.components.more}
        </Button>
      ) : null}
    </>
  );
}

/** Every request that a tenant received, with the run that sent it. */
export function Ledger() {
  return (
    <List<LedgerRow>
      kind="ledger"
      label={words.ledger}
      heads={[words.time, words.tenant, words.request, words.answer, words.sentBy]}
      empty={words.ledgerEmpty}
      row={(row) => <LedgerLine key={row.seq} row={row} />}
    />
  );
}

function LedgerLine({ row }: { row: LedgerRow }) {
  const [open, setOpen] = useState(false);
  const good = row.status !== null && row.status < 400;
  const title = `${row.method} ${row.path}${row.query ? `?${row.query}` : ""}`;
  return (
    <tr>
      <td className={table.quiet}>
        <Moment at={row.time} />
      </td>
      <td className={table.together}>
        {words.tenants[row.tenant as keyof typeof words.tenants] ?? row.tenant}
      </td>
      <td className={classes.sent}>
        {row.body === null ? (
          <code className={classes.request}>{title}</code>
        ) : (
          <button type="button" className={classes.fold} aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? "▾" : "▸"} <code className={classes.request}>{title}</code>
          </button>
        )}
        {open ? <Value value={row.body} label={words.body} /> : null}
      </td>
      <td>
        <Pill tone={good ? "ok" : "warn"}>{row.status ?? words.noAnswer}</Pill>{" "}
        {row.fault ? <span className={table.quiet}>{words.becauseOf(row.fault)}</span> : null}
      </td>
      <td>
        {row.run ? (
          <Link to="/history/$runId" params={{ runId: row.run }}>
            {row.card}
          </Link>
        ) : null}
        {row.attempt && row.attempt !== "1" ? (
          <span className={`${table.quiet} ${table.together}`}> {words.attempt(row.attempt)}</span>
        ) : null}
      </td>
    </tr>
  );
}

/** The letters that flows have sent. */
export function Letters() {
  return (
    <List<Letter>
      kind="letters"
      label={words.letters}
      heads={[words.time, words.from, words.to, words.letter]}
      empty={words.lettersEmpty}
      row={(row) => (
        <tr key={`${row.sent} ${row.subject} ${row.to.join()}`}>
          <td className={table.quiet}>
            <Moment at={row.sent} />
          </td>
          <td>
            {row.from}
            <div className={table.quiet}>{words.tenants[row.by]}</div>
          </td>
          <td>{row.to.join(", ")}</td>
          <td>
            <b>{row.subject}</b>
            <Value value={row.text} label={row.subject ?? words.letter} />
          </td>
        </tr>
      )}
    />
  );
}

/** What was said in the pretend Slack. */
export function Messages() {
  return (
    <List<Message>
      kind="messages"
      label={words.messages}
      heads={[words.time, words.channel, words.from, words.message]}
      empty={words.messagesEmpty}
      row={(row) => (
        <tr key={`${row.channel} ${row.ts}`}>
          <td className={table.quiet}>
            <Moment at={new Date(Number(row.ts) * 1000).toISOString()} />
          </td>
          <td>#{row.channel}</td>
          <td>{row.user}</td>
          <td style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>{row.text}</td>
        </tr>
      )}
    />
  );
}
