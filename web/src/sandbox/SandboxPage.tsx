import { Button, Modal } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { api, data, type Schemas } from "../api/client";
import { CopyButton } from "../components/CopyButton";
import { PageBar, PageBody } from "../components/Page";
import { PlaceTabs } from "../components/PlaceTabs";
import { ProblemNote } from "../components/ProblemNote";
import { SimpleTable } from "../components/SimpleTable";
import { Waiting } from "../components/Waiting";
import { text } from "../text";
import { Faults } from "./Faults";
import { Ledger, Letters, Messages } from "./Lists";
import { People } from "./People";
import { LIVE_MS } from "./rows";
import classes from "./SandboxPage.module.css";

const words = text.sandbox;

/** The pretend company: suspend somebody by a click and watch the flows; break a tenant by a switch. */
export function SandboxPage() {
  const sandbox = useQuery({
    queryKey: ["sandbox"],
    queryFn: ({ signal }) => data(api.GET("/api/v1/sandbox", { signal })),
    refetchInterval: 2 * LIVE_MS,
    retry: false,
  });
  const tenants = sandbox.data?.tenants ?? [];
  return (
    <>
      <PageBar title={words.title} about={words.about} actions={sandbox.data ? <ResetButton /> : null} />
      <PageBody>
        {sandbox.isPending ? <Waiting /> : null}
        {sandbox.error ? <ProblemNote error={sandbox.error} title={words.away} /> : null}
        {sandbox.data ? (
          <>
            <Faults on={sandbox.data.faults} />
            <PlaceTabs
              tabs={[
                ["people", words.people, () => <People />],
                ["letters", words.letters, () => <Letters />],
                ["messages", words.messages, () => <Messages />],
                ["ledger", words.ledger, () => <Ledger />],
                ["tenants", words.addresses, () => <Addresses tenants={tenants} />],
              ]}
            />
          </>
        ) : null}
      </PageBody>
    </>
  );
}

type Tenant = Schemas["TenantModel"];
type Connectable = "okta" | "graph" | "google" | "slack" | "scim" | "mail";

function Addresses({ tenants }: { tenants: readonly Tenant[] }) {
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
          <td>{tenant.connector === null ? null : <Connected tenant={tenant} />}</td>
          <td>
            <CopyButton value={tenant.base_url} label={words.copy} />
          </td>
        </tr>
      ))}
    </SimpleTable>
  );
}

function called({ name }: Tenant): string {
  return words.tenants[name as keyof typeof words.tenants] ?? name;
}

/** The connection that leads to a pretend app, or the way to one: the server knows what it takes. */
function Connected({ tenant }: { tenant: Tenant }) {
  const queries = useQueryClient();
  const connecting = useMutation({
    mutationFn: () => {
      const params = { path: { tenant: tenant.name as Connectable } };
      return data(api.POST("/api/v1/sandbox/connections/{tenant}", { params }));
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["sandbox"] });
      await queries.invalidateQueries({ queryKey: ["connections"] });
      notifications.show({ message: words.connected(called(tenant)) });
    },
  });
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
        onClick={() => connecting.mutate()}
      >
        {words.connect}
      </Button>
      {connecting.error ? <ProblemNote error={connecting.error} /> : null}
    </>
  );
}

function ResetButton() {
  const [open, dialog] = useDisclosure(false);
  const queries = useQueryClient();
  const reset = useMutation({
    mutationFn: () => data(api.POST("/api/v1/sandbox/reset")),
    onSuccess: () => {
      dialog.close();
      notifications.show({ message: words.resetDone });
      void queries.invalidateQueries({ queryKey: ["sandbox"] });
    },
  });
  return (
    <>
      <Button variant="default" onClick={dialog.open}>
        {words.reset}
      </Button>
      <Modal opened={open} onClose={dialog.close} title={words.resetTitle}>
        <p>{words.resetWhat}</p>
        {reset.error ? <ProblemNote error={reset.error} /> : null}
        <Button mt="md" loading={reset.isPending} onClick={() => reset.mutate()}>
          {words.reset}
        </Button>
      </Modal>
    </>
  );
}
