import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { api, data } from "../api/client";
import { Moment } from "../components/Moment";
import { ProblemNote } from "../components/ProblemNote";
import { SimpleTable } from "../components/SimpleTable";
import { StatePill } from "../components/StatePill";
import table from "../components/Table.module.css";
import { connectionsQuery } from "../connections/connections";
import { text } from "../text";
import classes from "./events.module.css";

/** Events that came, newest first, and what they started. */
export function CameTab() {
  const events = useInfiniteQuery({
    queryKey: ["events"],
    queryFn: ({ pageParam, signal }) =>
      data(api.GET("/api/v1/events", { params: { query: { limit: 50, after: pageParam } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    refetchInterval: 3_000,
  });
  const connections = useInfiniteQuery(connectionsQuery).data?.pages.flatMap((page) => page.rows) ?? [];
  const names = new Map(connections.map((connection) => [connection.id, connection.name]));
  const rows = events.data?.pages.flatMap((page) => page.rows) ?? [];
  return (
    <>
      {events.error ? <ProblemNote error={events.error} /> : null}
      <SimpleTable
        stacks
        label={text.events.tabs.came}
        heads={[
          text.events.type,
          text.events.whom,
          text.events.connection,
          text.events.received,
          text.events.started,
        ]}
        empty={events.isPending ? text.components.loading : text.events.none}
      >
        {rows.map((event) => (
          <tr key={event.id}>
            <td>
              <span title={event.event_id}>{text.events.types[event.type] ?? event.type}</span>
              {event.type in text.events.types ? <div className={table.quiet}>{event.type}</div> : null}
            </td>
            <td>
              {event.people.map((login) => (
                <div key={login} style={{ overflowWrap: "anywhere" }}>
                  {login}
                </div>
              ))}
            </td>
            <td>{names.get(event.connection_id) ?? event.connection_id}</td>
            <td>
              <Moment at={event.received_at} />
            </td>
            <td>
              {event.started.map((run) => (
                <div key={run.run_id} className={classes.started}>
                  <Link to="/history/$runId" params={{ runId: run.run_id }}>
                    <bdi>{run.flow_name}</bdi>
                  </Link>
                  {run.status ? <StatePill run={{ status: run.status }} /> : null}
                </div>
              ))}
              {event.started.length === 0 ? (
                <span className={table.quiet}>{event.note || text.events.nothing}</span>
              ) : null}
            </td>
          </tr>
        ))}
      </SimpleTable>
      {events.hasNextPage ? (
        <Button
          variant="default"
          mt="sm"
          loading={events.isFetchingNextPage}
          onClick={() => void events.fetchNextPage()}
        >
          {text.events.more}
        </Button>
      ) : null}
    </>
  );
}
