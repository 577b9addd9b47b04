import { Button, Modal, Tabs } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, data } from "../api/client";
import { CopyButton } from "../components/CopyButton";
import { PageBar, PageBody } from "../components/Page";
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
  return (
    <>
      <PageBar title={words.title} about={words.about} actions={sandbox.data ? <ResetButton /> : null} />
      <PageBody>
        {sandbox.isPending ? <Waiting /> : null}
        {sandbox.error ? <ProblemNote error={sandbox.error} title={words.away} /> : null}
        {sandbox.data ? (
          <>
            <Faults on={sandbox.data.faults} />
            <Tabs defaultValue="people" keepMounted={false}>
              <Tabs.List mb="md">
                <Tabs.Tab value="people">{words.people}</Tabs.Tab>
                <Tabs.Tab value="letters">{words.letters}</Tabs.Tab>
                <Tabs.Tab value="messages">{words.messages}</Tabs.Tab>
                <Tabs.Tab value="ledger">{words.ledger}</Tabs.Tab>
                <Tabs.Tab value="tenants">{words.addresses}</Tabs.Tab>
              </Tabs.List>
              <Tabs.Panel value="people">
                <People />
              </Tabs.Panel>
              <Tabs.Panel value="letters">
                <Letters />
              </Tabs.Panel>
              <Tabs.Panel value="messages">
                <Messages />
              </Tabs.Panel>
              <Tabs.Panel value="ledger">
                <Ledger />
              </Tabs.Panel>
              <Tabs.Panel value="tenants">
                <Addresses tenants={sandbox.data.tenants} />
              </Tabs.Panel>
            </Tabs>
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
