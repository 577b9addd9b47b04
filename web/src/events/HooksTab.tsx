import { Button } from "@mantine/core";
import { useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query";
import { api, data } from "../api/client";
import { CopyButton } from "../components/CopyButton";
import { ProblemNote } from "../components/ProblemNote";
import { SimpleTable } from "../components/SimpleTable";
import table from "../components/Table.module.css";
import { type Connection, connectionsQuery, connectorsQuery } from "../connections/connections";
import { aboutQuery } from "../settings/about";
import { text } from "../text";

const words = text.events;

/** Where apps send their events to, and having them do it. */
export function HooksTab() {
  const connections = useInfiniteQuery(connectionsQuery);
  const connectors = useQuery(connectorsQuery);
  const about = useQuery(aboutQuery);
  const sends = new Set(connectors.data?.filter((one) => one.events > 0).map((one) => one.name));
  const rows = (connections.data?.pages.flatMap((page) => page.rows) ?? []).filter((one) =>
    sends.has(one.connector),
  );
  const error = connections.error ?? connectors.error ?? about.error;
  const waiting = connections.isPending || connectors.isPending || about.isPending;
  return (
    <>
      <p className={table.quiet} style={{ marginBottom: 10 }}>
        {words.hookWhat}
      </p>
      {error ? <ProblemNote error={error} /> : null}
      <SimpleTable
        stacks
        label={words.tabs.hooks}
        heads={[words.connection, words.address, ""]}
        empty={waiting ? text.components.loading : words.noHooks}
      >
        {waiting
          ? []
          : rows.map((one) => <Hook key={one.id} connection={one} address={about.data?.address ?? ""} />)}
      </SimpleTable>
      {connections.hasNextPage ? (
        <Button variant="default" mt="sm" onClick={() => void connections.fetchNextPage()}>
          {text.components.more}
        </Button>
      ) : null}
    </>
  );
}

function Hook({ connection, address }: { connection: Connection; address: string }) {
  const hook = `${address}/hooks/okta/${connection.id}`;
  const subscribing = useMutation({
    mutationFn: () => {
      const params = { path: { connection_id: connection.id } };
      return data(api.POST("/api/v1/connections/{connection_id}/subscribe", { params }));
    },
  });
  return (
    <tr>
      <td>
        <b>{connection.name}</b>
      </td>
      <td>
        <code style={{ fontFamily: "var(--mono)", fontSize: 12.5, overflowWrap: "anywhere" }}>{hook}</code>
        {subscribing.data ? (
          <p role="status" className={table.quiet}>
            {words.subscribed(subscribing.data.event_types)}
          </p>
        ) : null}
        {subscribing.error ? <ProblemNote error={subscribing.error} /> : null}
      </td>
      <td>
        <div className={table.acts}>
          <CopyButton value={hook} label={words.copyAddress} />
          <Button
            variant="default"
            size="compact-sm"
            loading={subscribing.isPending}
            onClick={() => subscribing.mutate()}
            aria-label={words.subscribeOf(connection.name)}
          >
            {words.subscribe}
          </Button>
        </div>
      </td>
    </tr>
  );
}
