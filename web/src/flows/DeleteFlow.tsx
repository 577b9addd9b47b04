import { Button, Group, Modal } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, data } from "../api/client";
import { ProblemNote } from "../components/ProblemNote";
import { text } from "../text";
import type { Line } from "./FlowTable";

/** Asks before a flow or a draft goes; says where a flow is used. */
export function DeleteFlow({ line, onClose }: { line: Line; onClose: () => void }) {
  const queries = useQueryClient();
  const deleting = useMutation({
    mutationFn: () => {
      const params = { path: { flow_id: line.id } };
      return line.flow
        ? data(api.DELETE("/api/v1/flows/{flow_id}", { params }))
        : data(api.DELETE("/api/v1/flows/{flow_id}/draft", { params }));
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["flows"] });
      await queries.invalidateQueries({ queryKey: ["drafts"] });
      onClose();
    },
  });
  return (
    <Modal opened onClose={onClose} title={text.flows.deleteTitle(line.name)}>
      <p style={{ marginBottom: 14 }}>{line.flow ? text.flows.deleteWhat : text.flows.deleteDraftWhat}</p>
      {deleting.error ? <ProblemNote error={deleting.error} title={text.flows.inUse} /> : null}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose}>
          {text.components.cancel}
        </Button>
        <Button color="red" loading={deleting.isPending} onClick={() => deleting.mutate()}>
          {line.flow ? text.flows.delete : text.flows.throwAway}
        </Button>
      </Group>
    </Modal>
  );
}
