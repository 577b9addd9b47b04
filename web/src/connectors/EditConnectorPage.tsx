import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { PageBar, PageBody } from "../components/Page";
import { ProblemNote } from "../components/ProblemNote";
import { Waiting } from "../components/Waiting";
import { text } from "../text";
import { ConnectorEditor } from "./ConnectorEditor";
import { connectorQuery } from "./connectors";

const words = text.connectors;

/** Changes a connector that was made here. */
export function EditConnectorPage() {
  const { name } = useParams({ from: "/shell/connectors/$name/edit" });
  const found = useQuery({ ...connectorQuery(name), refetchOnWindowFocus: false });
  return (
    <>
      <PageBar
        title={words.editTitle(found.data?.title ?? name)}
        crumb={<Link to="/connectors">{words.title}</Link>}
      />
      <PageBody>
        {found.isPending ? <Waiting /> : null}
        {found.error ? <ProblemNote error={found.error} title={words.gone} /> : null}
        {typeof found.data?.source === "string" ? (
          <ConnectorEditor
            key={name}
            source={found.data.source}
            follows={found.data.digest}
            back={
              <Button component={Link} to="/connectors/$name" params={{ name } as never} variant="default">
                {words.back}
              </Button>
            }
          />
        ) : null}
      </PageBody>
    </>
  );
}
