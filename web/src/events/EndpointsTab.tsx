import { Button } from "@mantine/core";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, data, type Schemas } from "../api/client";
import { CopyButton } from "../components/CopyButton";
import { Moment } from "../components/Moment";
import { ProblemNote } from "../components/ProblemNote";
import { ShownOnce } from "../components/ShownOnce";
import { SimpleTable } from "../components/SimpleTable";
import table from "../components/Table.module.css";
import { text } from "../text";

type Endpoint = Schemas["EndpointModel"];

/** Flows with an address of their own; their client tokens are shown once. */
export function EndpointsTab() {
  const [chosen, setChosen] = useState<Endpoint | null>(null);
  const endpoints = useInfiniteQuery({
    queryKey: ["endpoints"],
    queryFn: ({ pageParam, signal }) =>
      data(api.GET("/api/v1/endpoints", { params: { query: { limit: 100, after: pageParam } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const rows = endpoints.data?.pages.flatMap((page) => page.rows) ?? [];
  return (
    <>
      {endpoints.error ? <ProblemNote error={endpoints.error} /> : null}
      <SimpleTable
        stacks
        label={text.events.tabs.endpoints}
        heads={[text.events.flow, text.events.address, text.events.token, ""]}
        empty={endpoints.isPending ? text.components.loading : text.events.noEndpoints}
      >
        {rows.map((endpoint) => (
          <tr key={endpoint.flow_id}>
            <td>
              <b>{endpoint.name}</b>
              {endpoint.active ? null : <div className={table.quiet}>{text.events.off}</div>}
            </td>
            <td style={{ fontFamily: "var(--mono)", fontSize: 12.5 }}>{endpoint.address}</td>
            <td>
              {endpoint.token_made_at ? (
                <>
                  {text.events.tokenSince} <Moment at={endpoint.token_made_at} />
                </>
              ) : (
                text.events.noToken
              )}
            </td>
            <td>
              <div className={table.acts}>
                <CopyButton value={endpoint.address} label={text.events.copyAddress} />
                <Button variant="default" size="compact-sm" onClick={() => setChosen(endpoint)}>
                  {endpoint.token_made_at ? text.events.newToken : text.events.makeToken}
                </Button>
              </div>
            </td>
          </tr>
        ))}
      </SimpleTable>
      {endpoints.hasNextPage ? (
        <Button variant="default" mt="sm" onClick={() => void endpoints.fetchNextPage()}>
          {text.components.more}
        </Button>
      ) : null}
      {chosen ? <TokenDialog endpoint={chosen} onClose={() => setChosen(null)} /> : null}
    </>
  );
}

function TokenDialog({ endpoint, onClose }: { endpoint: Endpoint; onClose: () => void }) {
  const queries = useQueryClient();
  const make = useMutation({
    mutationFn: () =>
      data(
        api.POST("/api/v1/endpoints/{flow_id}/token", { params: { path: { flow_id: endpoint.flow_id } } }),
      ),
    onSuccess: () => void queries.invalidateQueries({ queryKey: ["endpoints"] }),
  });
  const before = endpoint.token_made_at !== null;
  const { name } = endpoint;
  const asked = before ? text.events.renewTitle(name) : text.events.makeTitle(name);
  return (
    <ShownOnce
      title={make.data ? text.events.madeTitle(name) : asked}
      secret={make.data?.token}
      what={text.events.shownOnce}
      copy={text.events.copyToken}
      onClose={onClose}
    >
      <div style={{ display: "grid", gap: 12, justifyItems: "start" }}>
        <p>{before ? text.events.renewWhat : text.events.makeWhat}</p>
        {make.error ? <ProblemNote error={make.error} /> : null}
        <Button loading={make.isPending} onClick={() => make.mutate()}>
          {before ? text.events.newToken : text.events.makeToken}
        </Button>
      </div>
    </ShownOnce>
  );
}
