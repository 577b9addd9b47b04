import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, data } from "../api/client";
import { ProblemNote } from "../components/ProblemNote";
import table from "../components/Table.module.css";
import { text } from "../text";
import { faultsFor, kindOf, type TenantName, tenants } from "./company";
import { FaultChoice } from "./FaultChoice";
import classes from "./SandboxPage.module.css";

/** A switch for each tenant: what it does wrong. */
export function Faults({ on }: { on: readonly string[] }) {
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: ({ tenant, fault }: { tenant: TenantName; fault: string }) =>
      data(api.PUT("/api/v1/sandbox/faults/{tenant}", { params: { path: { tenant } }, body: { fault } })),
    onSettled: () => void queries.invalidateQueries({ queryKey: ["sandbox"] }),
  });
  return (
    <section className={classes.faults} aria-label={text.sandbox.faults}>
      <div>
        <h2>{text.sandbox.faults}</h2>
        <p className={table.quiet}>{text.sandbox.faultsAbout}</p>
      </div>
      {tenants.map((tenant) => {
        const fault = kindOf(on, tenant);
        return (
          <FaultChoice
            key={tenant}
            label={text.sandbox.tenants[tenant]}
            data={faultsFor(fault)}
            value={fault}
            className={fault ? classes.broken : undefined}
            onChange={(value) => change.mutate({ tenant, fault: value })}
          />
        );
      })}
      {change.error ? <ProblemNote error={change.error} /> : null}
    </section>
  );
}
