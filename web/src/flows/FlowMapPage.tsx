import "@xyflow/react/dist/style.css";
import { useMantineColorScheme } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Background, Controls, MarkerType, ReactFlow } from "@xyflow/react";
import { type KeyboardEvent, useEffect, useMemo } from "react";
import { api, data } from "../api/client";
import { PageBar, PageBody } from "../components/Page";
import { ProblemNote } from "../components/ProblemNote";
import { Pill } from "../components/StatePill";
import { Waiting } from "../components/Waiting";
import { text } from "../text";
import classes from "./FlowMapPage.module.css";
import { offQuery } from "./flows";
import { layOutMap } from "./mapLayout";

/** Names are read at it; what does not fit then is a push away. */
const LEAST_ZOOM = 0.6;

const says = { "node.a11yDescription.default": text.flows.mapOpens };

/** Which flow calls which: a map to look at, and the same as a list. */
export function FlowMapPage() {
  const navigate = useNavigate();
  const { colorScheme } = useMantineColorScheme();
  const calls = useInfiniteQuery({
    queryKey: ["flow calls"],
    queryFn: ({ pageParam }) => {
      const query = { limit: 200, after: pageParam };
      return data(api.GET("/api/v1/flow-calls", { params: { query } }));
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = calls;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage) {
      void fetchNextPage();
    }
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const flows = useMemo(() => calls.data?.pages.flatMap((page) => page.rows) ?? [], [calls.data]);
  const places = useMemo(() => layOutMap(flows), [flows]);
  const names = new Map(flows.map((flow) => [flow.id, flow.name]));
  const off = useQuery(offQuery).data;
  const open = (id: string) => void navigate({ to: "/flows/$flowId", params: { flowId: id } });
  const pressed = (event: KeyboardEvent) => {
    const id = event.target instanceof HTMLElement ? event.target.dataset.id : undefined;
    if (event.key === "Enter" && id !== undefined && names.has(id)) {
      open(id);
    }
  };
  const state = (id: string) => (off?.has(id) ? <Pill tone="quiet">{text.flows.mapOff}</Pill> : null);
  return (
    <>
      <PageBar title={text.flows.mapTitle} crumb={<Link to="/flows">{text.flows.title}</Link>} />
      <PageBody>
        {calls.error ? <ProblemNote error={calls.error} /> : null}
        {calls.isPending ? <Waiting /> : null}
        {calls.data && flows.length === 0 ? <p>{text.flows.mapNone}</p> : null}
        {calls.data && flows.length > 0 && places.nodes.length === 0 ? <p>{text.flows.mapNoCalls}</p> : null}
        {places.nodes.length > 0 ? (
          <>
            <div className={classes.map}>
              <ReactFlow
                aria-label={text.flows.mapTitle}
                colorMode={colorScheme === "auto" ? "system" : colorScheme}
                nodes={places.nodes.map((node) => ({
                  id: node.id,
                  position: { x: node.x, y: node.y },
                  data: {
                    label: (
                      <>
                        {names.get(node.id) ?? node.id} {state(node.id)}
                      </>
                    ),
                  },
                  ariaRole: "link",
                  sourcePosition: "right" as never,
                  targetPosition: "left" as never,
                }))}
                edges={places.edges.map((edge) => ({
                  id: `${edge.from} ${edge.to}`,
                  source: edge.from,
                  target: edge.to,
                  ariaLabel: text.flows.mapEdge(
                    names.get(edge.from) ?? edge.from,
                    names.get(edge.to) ?? edge.to,
                  ),
                  markerEnd: { type: MarkerType.ArrowClosed },
                }))}
                nodesDraggable={false}
                nodesConnectable={false}
                onNodeClick={(_, node) => open(node.id)}
                onKeyDown={pressed}
                ariaLabelConfig={says}
                key={places.nodes.length} // it fits the view once only
                fitView
                fitViewOptions={{ minZoom: LEAST_ZOOM, maxZoom: 1 }}
                proOptions={{ hideAttribution: true }}
              >
                <Background />
                <Controls showInteractive={false} />
              </ReactFlow>
            </div>
            <h2 style={{ fontSize: 15, margin: "18px 0 8px" }}>{text.flows.mapList}</h2>
            <ul aria-label={text.flows.mapTitle}>
              {flows
                .filter((flow) => flow.calls.length > 0)
                .map((flow) => (
                  <li key={flow.id}>
                    <Link to="/flows/$flowId" params={{ flowId: flow.id }}>
                      {flow.name}
                    </Link>{" "}
                    {state(flow.id)} {text.flows.calls}{" "}
                    {flow.calls.map((id) => names.get(id) ?? id).join(", ")}
                  </li>
                ))}
            </ul>
          </>
        ) : null}
        {places.alone.length > 0 ? (
          <>
            <h2 style={{ fontSize: 15, margin: "18px 0 8px" }}>{text.flows.mapAlone}</h2>
            <ul className={classes.alone} aria-label={text.flows.mapAlone}>
              {places.alone.map((id) => (
                <li key={id}>
                  <Link to="/flows/$flowId" params={{ flowId: id }}>
                    {names.get(id) ?? id}
                  </Link>{" "}
                  {state(id)}
                </li>
              ))}
            </ul>
          </>
        ) : null}
      </PageBody>
    </>
  );
}
