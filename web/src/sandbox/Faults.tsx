import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, data } from "../api/client";
import { ProblemNote } from "../components/ProblemNote";
import table from "../components/Table.module.css";
import { text } from "../text";
import { BreakRequests } from "./BreakRequests";
import { type TenantName, tenants } from "./company";
import { FaultChoice } from "./FaultChoice";
import { type Fault, metSo, sentence, wholeFault } from "./faults";
import classes from "./SandboxPage.module.css";

const words = text.sandbox;
const kinds = Object.entries(words.kinds).map(([value, label]) => ({ value, label }));

const end = (fault: string) => data(api.DELETE("/api/v1/sandbox/faults", { params: { query: { fault } } }));

/** What goes wrong: a switch for all requests of each tenant, what is wrong with some, and all of it in sentences. */
export function Faults({ on }: { on: readonly Fault[] }) {
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: async ({ tenant, kind }: { tenant: TenantName; kind: string }) => {
      const before = wholeFault(on, tenant);
      if (before) {
        await end(before.fault);
      }
      if (kind) {
        await data(api.POST("/api/v1/sandbox/faults", { body: { fault: `${tenant}:${kind}` } }));
      }
    },
    onSettled: () => void queries.invalidateQueries({ queryKey: ["sandbox"] }),
  });
  return (
    <section className={classes.broken} aria-label={words.faults}>
      <header className={classes.breaking}>
        <div>
          <h2>{words.faults}</h2>
          <p className={table.quiet}>{words.faultsAbout}</p>
        </div>
        <BreakRequests />
      </header>
      <div className={classes.faults}>
        {tenants.map((tenant) => {
          const kind = wholeFault(on, tenant)?.kind ?? "";
          return (
            <FaultChoice
              key={tenant}
              label={words.tenants[tenant]}
              data={kinds}
              value={kind}
              className={kind ? classes.wrong : undefined}
              onChange={(value) => change.mutate({ tenant, kind: value })}
            />
          );
        })}
      </div>
      {change.error ? <ProblemNote error={change.error} /> : null}
      {on.length ? <FaultList on={on} /> : <p className={table.quiet}>{words.faulty.none}</p>}
    </section>
  );
}

/** Each fault in a sentence, and the way to end it. */
function FaultList({ on }: { on: readonly Fault[] }) {
  const queries = useQueryClient();
  const ending = useMutation({
    mutationFn: end,
    onSettled: () => void queries.invalidateQueries({ queryKey: ["sandbox"] }),
  });
  return (
    <>
      <ul className={classes.going} aria-label={words.faulty.list}>
        {on.map((fault) => (
          <li key={fault.fault}>
            <span>
              {sentence(fault)} <span className={classes.quiet}>{metSo(fault)}</span>
            </span>
            <Button
              variant="default"
              size="compact-sm"
              aria-label={words.faulty.endOf(sentence(fault))}
              loading={ending.isPending && ending.variables === fault.fault}
              onClick={() => ending.mutate(fault.fault)}
            >
              {words.faulty.end}
            </Button>
          </li>
        ))}
      </ul>
      {ending.error ? <ProblemNote error={ending.error} /> : null}
    </>
  );
}
