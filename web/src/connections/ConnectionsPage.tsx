import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { api, data } from "../api/client";
import { ConfirmDelete } from "../components/ConfirmDelete";
import { PageBar, PageBody } from "../components/Page";
import { ProblemNote } from "../components/ProblemNote";
import { SimpleTable } from "../components/SimpleTable";
import table from "../components/Table.module.css";
import { text } from "../text";
import { ConnectionForm } from "./ConnectionForm";
import {
  type Connection,
  checkQuery,
  connectionsQuery,
  connectorsQuery,
  standingOf,
  usesQuery,
} from "./connections";
import { HealthDetail, HealthPill, isUntold, Tested } from "./Health";
import { MissingScopes, ScopesButton } from "./ScopesButton";
import { SignInButton } from "./SignInButton";

/** Flows that use a connection, of which this many are named at once. */
const FIRST_USES = 3;

/** The accounts of apps that flows act with: whether they work, where they are used, made and changed by a form. */
export function ConnectionsPage() {
  const found = useInfiniteQuery(connectionsQuery);
  const { make } = useSearch({ from: "/shell/connections" });
  const navigate = useNavigate();
  const setMaking = (open: boolean) =>
    void navigate({ to: "/connections", search: open ? { make: "connection" } : {}, replace: true });
  const [changed, setChanged] = useState<Connection | null>(null);
  const rows = found.data?.pages.flatMap((page) => page.rows) ?? [];
  return (
    <>
      <PageBar
        title={text.connections.title}
        actions={<Button onClick={() => setMaking(true)}>{text.connections.add}</Button>}
      />
      <PageBody>
        {found.error ? <ProblemNote error={found.error} /> : null}
        <SimpleTable
          stacks
          label={text.connections.title}
          heads={[
            text.connections.name,
            text.connections.app,
            text.connections.address,
            text.connections.health,
            text.connections.usedBy,
            "",
          ]}
          empty={found.isPending ? text.components.loading : text.connections.none}
        >
          {rows.map((connection) => (
            <Row key={connection.id} connection={connection} onChange={() => setChanged(connection)} />
          ))}
        </SimpleTable>
        {found.hasNextPage ? (
          <Button variant="default" mt="sm" onClick={() => void found.fetchNextPage()}>
            {text.components.more}
          </Button>
        ) : null}
      </PageBody>
      {make === "connection" ? <ConnectionForm change={null} onClose={() => setMaking(false)} /> : null}
      {changed ? <ConnectionForm change={changed} onClose={() => setChanged(null)} /> : null}
    </>
  );
}

function Row({ connection, onChange }: { connection: Connection; onChange: () => void }) {
  const check = useQuery(checkQuery(connection.id));
  const app = useQuery(connectorsQuery).data?.find((one) => one.name === connection.connector);
  const [removing, setRemoving] = useState(false);
  async function test() {
    const { data: found } = await check.refetch();
    if (found) {
      const { tested, testedUnsigned, testedUntold } = text.connections;
      notifications.show({
        message:
          found.works && isUntold(found)
            ? testedUntold(connection.name, `${found.what} ${found.mend}`)
            : standingOf(found) === "needs sign-in"
              ? testedUnsigned(connection.name)
              : tested(connection.name, found.works),
      });
    }
  }
  return (
    <tr>
      <td>
        <b>{connection.name}</b>
        <div className={table.quiet}>{connection.id}</div>
        {connection.users.length > 0 ? (
          <div className={table.quiet}>{text.connections.onlyFor(connection.users)}</div>
        ) : null}
      </td>
      <td>{app?.title ?? connection.connector}</td>
      <td style={{ overflowWrap: "break-word" }}>{connection.base_url}</td>
      <td>
        <HealthPill id={connection.id} />
        <Tested id={connection.id} className={table.quiet} />
        <HealthDetail id={connection.id} className={table.quiet} />
        <MissingScopes id={connection.id} />
      </td>
      <td>
        <Uses id={connection.id} />
      </td>
      <td>
        <div className={table.acts}>
          <Button
            variant="default"
            size="compact-sm"
            loading={check.isFetching}
            onClick={() => void test()}
            aria-label={text.connections.testOf(connection.name)}
          >
            {text.connections.test}
          </Button>
          {connection.kind === "oauth_code" ? (
            <SignInButton
              id={connection.id}
              label={text.connections.signInOf(connection.name)}
              asked={check.data !== undefined && standingOf(check.data) === "needs sign-in"}
            />
          ) : null}
          <ScopesButton connection={connection} />
          <Button
            variant="default"
            size="compact-sm"
            onClick={onChange}
            aria-label={text.connections.changeOf(connection.name)}
          >
            {text.connections.change}
          </Button>
          <Button
            variant="subtle"
            size="compact-sm"
            onClick={() => setRemoving(true)}
            aria-label={text.connections.removeOf(connection.name)}
          >
            {text.connections.remove}
          </Button>
        </div>
        {removing ? <RemoveDialog connection={connection} onClose={() => setRemoving(false)} /> : null}
      </td>
    </tr>
  );
}

function Uses({ id }: { id: string }) {
  const uses = useQuery(usesQuery(id));
  const [all, setAll] = useState(false);
  const flows = uses.data?.rows ?? [];
  if (uses.data === undefined) {
    return null;
  }
  return flows.length === 0 ? (
    <span className={table.quiet}>{text.connections.unused}</span>
  ) : (
    <>
      {flows.slice(0, all ? flows.length : FIRST_USES).map((flow, number) => (
        <span key={flow.id}>
          {number > 0 ? ", " : ""}
          <Link to="/flows/$flowId" params={{ flowId: flow.id }}>
            {flow.name}
          </Link>
        </span>
      ))}
      {flows.length > FIRST_USES && !all ? (
        <Button variant="subtle" size="compact-xs" ml={4} onClick={() => setAll(true)}>
          {text.connections.moreUses(flows.length - FIRST_USES, uses.data.next !== null)}
        </Button>
      ) : null}
      {all && uses.data.next ? ` ${text.connections.stillMoreUses}` : ""}
    </>
  );
}

/** Before a connection goes, where it is used. */
function RemoveDialog({ connection, onClose }: { connection: Connection; onClose: () => void }) {
  const queries = useQueryClient();
  return (
    <ConfirmDelete
      title={text.connections.removeTitle(connection.name)}
      what={text.connections.removeUnused}
      yes={text.connections.removeYes}
      used={{ kind: "connection", id: connection.id }}
      anyway={text.connections.removeUsed}
      refusal={{
        code: "connection-not-revoked",
        label: text.connections.removeDespite,
        what: text.connections.removeSignedIn,
      }}
      act={async (evenIfUsed, evenIfSignedIn) => {
        const query = { even_if_used: evenIfUsed, even_if_signed_in: evenIfSignedIn };
        const params = { path: { connection_id: connection.id }, query };
        await data(api.DELETE("/api/v1/connections/{connection_id}", { params }));
        void queries.invalidateQueries({ queryKey: ["connections"] });
      }}
      onClose={onClose}
    />
  );
}
