import { Button, Modal } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ProblemNote } from "../components/ProblemNote";
import { SimpleTable } from "../components/SimpleTable";
import table from "../components/Table.module.css";
import { Waiting } from "../components/Waiting";
import { text } from "../text";
import form from "./ConnectionForm.module.css";
import { type Connection, type Scopes, scopesQuery } from "./connections";

const words = text.connections.scopes;

/** How many scopes flows lack; nothing where none do, or nobody knows. */
export function MissingScopes({ id }: { id: string }) {
  const count = useQuery(scopesQuery(id)).data?.missing.length ?? 0;
  return count === 0 ? null : <p className={table.quiet}>{words.missing(count)}</p>;
}

/** Opens the list of scopes that flows need of a connection. */
export function ScopesButton({ connection }: { connection: Connection }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button
        variant="default"
        size="compact-sm"
        onClick={() => setOpen(true)}
        aria-label={words.openOf(connection.name)}
      >
        {words.open}
      </Button>
      {open ? <ScopesDialog connection={connection} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

function ScopesDialog({ connection, onClose }: { connection: Connection; onClose: () => void }) {
  const found = useQuery(scopesQuery(connection.id));
  return (
    <Modal opened onClose={onClose} size="xl" title={words.title(connection.name)}>
      {found.isPending ? <Waiting /> : null}
      {found.error ? <ProblemNote error={found.error} /> : null}
      {found.data ? <Found scopes={found.data} /> : null}
      <div style={{ display: "flex", justifyContent: "flex-end", marginTop: 12 }}>
        <Button variant="default" onClick={onClose}>
          {words.close}
        </Button>
      </div>
    </Modal>
  );
}

function Granted({ need }: { need: Scopes["rows"][number]["needs"][number] }) {
  if (need.granted) {
    return words.yes;
  }
  if (need.look) {
    return (
      <>
        {need.granted === null ? words.unknown : words.notGranted}{" "}
        <div className={table.quiet}>{words.look}</div>
      </>
    );
  }
  return need.granted === null ? words.unknown : <b>{words.no}</b>;
}

function Found({ scopes }: { scopes: Scopes }) {
  if (!scopes.has_scopes) {
    return <p>{words.noScopes}</p>;
  }
  const rows = scopes.rows.flatMap((flow) =>
    flow.needs.map((need) => ({ ...need, flow: flow.flow, name: flow.name })),
  );
  return (
    <div className={form.form}>
      {scopes.missing.length > 0 ? (
        <p role="alert">
          <b>{words.missing(scopes.missing.length)}:</b> {scopes.missing.join(", ")}. {scopes.where}
        </p>
      ) : null}
      <SimpleTable
        label={text.connections.usedBy}
        heads={[words.flow, words.scope, words.cards, words.granted]}
        empty={words.none}
      >
        {rows.map((row) => (
          <tr key={`${row.flow} ${row.scope}`}>
            <td>{row.name}</td>
            <td style={{ overflowWrap: "anywhere" }}>{row.scope}</td>
            <td>{row.cards.map((card) => (card === "event" ? words.event : card)).join(", ")}</td>
            <td>
              <Granted need={row} />
            </td>
          </tr>
        ))}
      </SimpleTable>
      {scopes.rows
        .filter((flow) => flow.unsaid.length > 0)
        .map((flow) => (
          <p className={table.quiet} key={flow.flow}>
            {words.unsaid(flow.name, flow.unsaid.join(", "))}
          </p>
        ))}
      <p>
        {scopes.usual ? words.usual : words.asks} {scopes.needed.join(", ")}
      </p>
      <p>
        {words.has} {scopes.granted === null ? words.unknown : scopes.granted.join(", ")}
      </p>
    </div>
  );
}
