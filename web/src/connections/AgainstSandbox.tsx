import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import table from "../components/Table.module.css";
import { sandboxQuery } from "../sandbox/rows";
import { text } from "../text";
import type { Connector } from "./connections";
import { atSandbox, type Draft } from "./draft";

interface AgainstSandboxProps {
  connector: Connector;
  draft: Draft;
  onChange(draft: Draft): void;
}

/** Fills the form in, all but secrets, for the sandbox that runs here: one of its apps, or the one that is any other. */
export function AgainstSandbox({ connector, draft, onChange }: AgainstSandboxProps) {
  const tenants = useQuery({ ...sandboxQuery, staleTime: Number.POSITIVE_INFINITY }).data?.tenants ?? [];
  const tenant =
    tenants.find((one) => one.connector === connector.name) ?? tenants.find((one) => one.name === "recorder");
  if (tenant === undefined) {
    return null;
  }
  return (
    <div>
      <Button
        variant="subtle"
        size="compact-sm"
        onClick={() => onChange(atSandbox(draft, connector, tenant))}
      >
        {text.connections.form.againstSandbox}
      </Button>{" "}
      <span className={table.quiet}>{text.connections.form.againstSandboxFills}</span>
    </div>
  );
}
