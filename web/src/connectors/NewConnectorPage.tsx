import { SegmentedControl } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { PageBar, PageBody } from "../components/Page";
import { text } from "../text";
import { ByHand } from "./ByHand";
import { ConnectorEditor } from "./ConnectorEditor";
import { FromFile } from "./FromFile";

const words = text.connectors;

/** Makes a connector: begun from an OpenAPI file or by hand, then refined as text. */
export function NewConnectorPage() {
  const [way, setWay] = useState("file");
  const [source, setSource] = useState<string | null>(null);
  return (
    <>
      <PageBar title={words.newTitle} crumb={<Link to="/connectors">{words.title}</Link>} />
      <PageBody>
        {source === null ? null : (
          <ConnectorEditor source={source} follows="" onBack={() => setSource(null)} />
        )}
        {/* what was typed stays, for whoever goes back */}
        <div hidden={source !== null}>
          <SegmentedControl
            aria-label={words.way}
            value={way}
            onChange={setWay}
            data={[
              { value: "file", label: words.fromFile },
              { value: "hand", label: words.byHand },
            ]}
            mb="md"
          />
          {way === "file" ? <FromFile onBegun={setSource} /> : <ByHand onBegun={setSource} />}
        </div>
      </PageBody>
    </>
  );
}
