import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { api, data } from "../api/client";
import { Confirm } from "../components/Confirm";
import { ConfirmDelete } from "../components/ConfirmDelete";
import { text } from "../text";
import type { Line } from "./FlowTable";
import { flowsHaveChanged } from "./flows";

/** Asks before a flow or a draft goes; a flow that others call stays, and they are named. */
export function DeleteFlow({ line, onClose }: { line: Line; onClose: () => void }) {
  const queries = useQueryClient();
  const params = { path: { flow_id: line.id } };
  async function gone() {
    await flowsHaveChanged(queries);
    notifications.show({
      message: line.flow ? text.flows.deleted(line.name) : text.flows.thrownAway(line.name),
    });
  }
  if (!line.flow) {
    return (
      <Confirm
        title={text.flows.throwAwayTitle(line.name)}
        what={text.flows.throwAwayWhat}
        yes={text.flows.throwAway}
        act={() => data(api.DELETE("/api/v1/flows/{flow_id}/draft", { params })).then(gone)}
        onClose={onClose}
      />
    );
  }
  return (
    <ConfirmDelete
      title={text.flows.deleteTitle(line.name)}
      what={text.flows.deleteWhat}
      yes={text.flows.delete}
      used={{ kind: "flow", id: line.id }}
      act={() => data(api.DELETE("/api/v1/flows/{flow_id}", { params })).then(gone)}
      onClose={onClose}
    />
  );
}
