import { Button, Modal } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, data } from "../api/client";
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

function Addresses({ tenants }: { tenants: readonly { name: string; base_url: string }[] }) {
  return (
    <SimpleTable label={words.addresses} heads={[words.tenant, words.address, ""]} empty="">
      {tenants.map((tenant) => (
        <tr key={tenant.name}>
          <td>{words.tenants[tenant.name as keyof typeof words.tenants] ?? tenant.name}</td>
          <td>
            <code>{tenant.base_url}</code>
          </td>
          <td>
            <CopyButton value={tenant.base_url} label={words.copy} />
          </td>
        </tr>
      ))}
    </SimpleTable>
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
