import { Button, Modal } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { api, data, type Schemas } from "../api/client";
import { CopyButton } from "../components/CopyButton";
import { ProblemNote } from "../components/ProblemNote";
import { SimpleTable } from "../components/SimpleTable";
import table from "../components/Table.module.css";
import { text } from "../text";
import classes from "./SandboxPage.module.css";

const words = text.sandbox;

type Tenant = Schemas["TenantModel"];
type Connectable = "okta" | "graph" | "google" | "slack" | "scim" | "mail";

/** Where the pretend apps are, and which connections lead there. */
export function Addresses({ tenants }: { tenants: readonly Tenant[] }) {
  return (
    <SimpleTable
      stacks
      label={words.addresses}
      heads={[words.tenant, words.address, words.connection, ""]}
      empty=""
    >
      {tenants.map((tenant) => (
        <tr key={tenant.name}>
          <td>{called(tenant)}</td>
          <td>
            <code className={classes.request}>{tenant.base_url}</code>
          </td>
          <td>
            {tenant.connector === null ? (
              <p className={classes.quiet}>{words.anyOther(tenant.base_url)}</p>
            ) : (
              <Connected tenant={tenant} />
            )}
          </td>
          <td>
            <div className={table.acts}>
              <CopyButton value={tenant.base_url} label={words.copy} />
              {tenant.kinds.length > 1 ? <OtherWays tenant={tenant} /> : null}
            </div>
          </td>
        </tr>
      ))}
    </SimpleTable>
  );
}

function called({ name }: Tenant): string {
  return words.tenants[name as keyof typeof words.tenants] ?? name;
}

/** Makes a connection to a pretend app, of its usual kind or of another: the server knows what it takes. */
function useConnecting(tenant: Tenant, onDone: () => void = () => {}) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (kind: string | undefined) => {
      const params = { path: { tenant: tenant.name as Connectable }, query: { kind } };
      return data(api.POST("/api/v1/sandbox/connections/{tenant}", { params }));
    },
    onSuccess: async (_, kind) => {
      await queries.invalidateQueries({ queryKey: ["sandbox"] });
      await queries.invalidateQueries({ queryKey: ["connections"] });
      const said = kind === "oauth_code" ? words.connectedUnsigned : words.connected;
      notifications.show({ message: said(called(tenant)) });
      onDone();
    },
  });
}

/** The connection that leads to a pretend app, or the way to one. */
function Connected({ tenant }: { tenant: Tenant }) {
  const connecting = useConnecting(tenant);
  if (tenant.connection !== null) {
    return <Link to="/connections">{tenant.connection}</Link>;
  }
  return (
    <>
      <Button
        variant="default"
        size="compact-sm"
        aria-label={words.connectOf(called(tenant))}
        loading={connecting.isPending}
        onClick={() => connecting.mutate(undefined)}
      >
        {words.connect}
      </Button>
      {connecting.error ? <ProblemNote error={connecting.error} /> : null}
    </>
  );
}

/** What one fills a form with to connect a pretend app by hand, and its kinds of connection, each by a press. */
function OtherWays({ tenant }: { tenant: Tenant }) {
  const [open, dialog] = useDisclosure(false);
  const connecting = useConnecting(tenant, dialog.close);
  const told = Object.entries({ base_url: tenant.base_url, ...tenant.told });
  return (
    <>
      <Button
        variant="default"
        size="compact-sm"
        aria-label={words.otherWaysOf(called(tenant))}
        onClick={dialog.open}
      >
        {words.otherWays}
      </Button>
      <Modal opened={open} onClose={dialog.close} title={words.otherWaysOf(called(tenant))} size="xl">
        <SimpleTable label={words.byHand} heads={[words.byHand, "", ""]} empty="">
          {told.map(([name, value]) => (
            <tr key={name}>
              <td>{words.told[name] ?? text.connections.form.fields[name] ?? name}</td>
              <td>
                <code className={classes.request}>{value}</code>
              </td>
              <td>
                <CopyButton value={value} label={words.copy} />
              </td>
            </tr>
          ))}
        </SimpleTable>
        <p className={classes.quiet}>{words.secretsByItself}</p>
        <div className={classes.ways}>
          {tenant.kinds.map((kind) => (
            <Button
              key={kind}
              variant="default"
              loading={connecting.isPending && connecting.variables === kind}
              onClick={() => connecting.mutate(kind)}
            >
              {text.connections.form.kinds[kind] ?? kind}
            </Button>
          ))}
        </div>
        {connecting.error ? <ProblemNote error={connecting.error} /> : null}
      </Modal>
    </>
  );
}
