import { Button, Modal } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, data } from "../api/client";
import { PageBar, PageBody } from "../components/Page";
import { PlaceTabs } from "../components/PlaceTabs";
import { ProblemNote } from "../components/ProblemNote";
import { Waiting } from "../components/Waiting";
import { text } from "../text";
import { Addresses } from "./Addresses";
import { Faults } from "./Faults";
import { Ledger, Letters, Messages } from "./Lists";
import { People } from "./People";
import { LIVE_MS, sandboxQuery } from "./rows";

const words = text.sandbox;

/** The pretend company: suspend somebody by a click and watch the flows; break a tenant by a switch. */
export function SandboxPage() {
  const sandbox = useQuery({ ...sandboxQuery, refetchInterval: 2 * LIVE_MS });
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

function ResetButton() {
  const [open, dialog] = useDisclosure(false);
  const queries = useQueryClient();
  const reset = useMutation({
    mutationFn: () => data(api.POST("/api/v1/sandbox/reset")),
    onSuccess: ({ dropped }) => {
      dialog.close();
      notifications.show({ message: words.resetDone(dropped) });
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
