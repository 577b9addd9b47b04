import { useQuery } from "@tanstack/react-query";
import { Link, useParams, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { PageBar, PageBody } from "../components/Page";
import { ProblemNote } from "../components/ProblemNote";
import { Waiting } from "../components/Waiting";
import { Dragging } from "../dragging/Dragging";
import { text } from "../text";
import { cardListQuery, connectionListQuery } from "./cards";
import { Designer } from "./Designer";
import { OddFlow } from "./OddFlow";
import { OddShape, useOpened } from "./opened";
import { helpersQuery, openingQuery } from "./server";

/** Opens a flow: its draft where it has one, else what is published. */
export function DesignerPage() {
  const { flowId } = useParams({ from: "/shell/flows/$flowId" });
  const { card } = useSearch({ from: "/shell/flows/$flowId" });
  return <Opening key={flowId} flowId={flowId} card={card} />;
}

function Opening({ flowId, card }: { flowId: string; card: string | undefined }) {
  const opening = useQuery(openingQuery(flowId));
  const cards = useQuery(cardListQuery);
  const connections = useQuery(connectionListQuery);
  const helpers = useQuery(helpersQuery);
  const error = opening.error ?? cards.error ?? connections.error;
  const specs = useMemo(
    () => cards.data && new Map(cards.data.map((spec) => [spec.key, spec])),
    [cards.data],
  );
  const opened = useOpened(opening.data, specs);
  if (opened && specs && cards.data && connections.data) {
    return opened instanceof OddShape ? (
      <>
        <PageBar title={flowId} crumb={<Link to="/flows">{text.designer.flows}</Link>} />
        <PageBody>
          <OddFlow id={flowId} odd={opened} />
        </PageBody>
      </>
    ) : (
      <Dragging>
        <Designer
          opened={opened}
          card={card}
          around={{
            specs,
            specList: cards.data,
            connections: connections.data,
            helpers: helpers.data ?? [],
          }}
        />
      </Dragging>
    );
  }
  const missing = opened === null;
  return (
    <>
      <PageBar title={flowId} />
      <PageBody>
        {error ? <ProblemNote error={error} /> : null}
        {missing ? <p>{text.designer.missing}</p> : null}
        {error || missing ? null : <Waiting what={text.designer.loading} />}
      </PageBody>
    </>
  );
}
