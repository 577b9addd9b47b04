import { Button, Group, Modal, NativeSelect, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { ApiError } from "../api/errors";
import { ProblemNote } from "../components/ProblemNote";
import { cardListQuery, connectionListQuery } from "../designer/cards";
import { startedBy } from "../designer/logic/newCard";
import { idFor } from "../designer/logic/tree";
import { text } from "../text";
import type { Line } from "./FlowTable";
import { createDraft, currentDocument, flowsHaveChanged } from "./flows";

const GOOD_ID = /^[a-z0-9]+(?:[-_][a-z0-9]+)*$/;

interface NewFlowProps {
  /** The flow that it is to be like; it is put beside it. */
  like?: Line;
  /** The folder to make it in; null for the top. */
  folder?: string | null;
  onClose(): void;
}

/** Makes a flow, empty or like another one, and opens it. */
export function NewFlow({ like, folder, onClose }: NewFlowProps) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [name, setName] = useState(like ? text.flows.copyOf(like.name) : "");
  const [ownId, setOwnId] = useState<string | null>(null);
  const [event, setEvent] = useState("manual");
  const events = useQuery({
    ...cardListQuery,
    select: (cards) => cards.filter((card) => card.kind === "event"),
    enabled: !like,
  });
  const connections = useQuery({ ...connectionListQuery, enabled: !like });
  const id = ownId ?? idFor(name, "flow", 120);
  const creating = useMutation({
    mutationFn: async () => {
      const { folder: _, ...same } = like ? await currentDocument(like.id, like.draft !== null) : {};
      const place = like ? like.folder : folder;
      const document = {
        ...(like ? same : begun()),
        ...(place ? { folder: place } : {}),
        id,
        name: name.trim(),
      };
      await createDraft(id, document);
    },
    onSuccess: () => {
      void flowsHaveChanged(queries);
      void navigate({ to: "/flows/$flowId", params: { flowId: id } });
    },
  });
  /** An app's event comes over a connection: the only one of the app, or one to be chosen in the designer. */
  function begun() {
    const chosen = events.data?.find((one) => one.key === event);
    return startedBy({ event: { card: event } }, chosen, undefined, connections.data ?? []);
  }
  const taken = creating.error instanceof ApiError && creating.error.status === 409;
  const bad = id !== "" && !GOOD_ID.test(id);
  function submit(submitted: FormEvent) {
    submitted.preventDefault();
    creating.mutate();
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title={like ? text.flows.duplicateTitle(like.name) : text.flows.createTitle}
    >
      <form onSubmit={submit} style={{ display: "grid", gap: 14 }}>
        <TextInput
          label={text.flows.nameLabel}
          description={text.flows.nameHint}
          value={name}
          maxLength={200}
          onChange={(typed) => setName(typed.currentTarget.value)}
          data-autofocus
        />
        <TextInput
          label={text.flows.idLabel}
          description={text.flows.idHint}
          value={id}
          maxLength={120}
          error={taken ? text.flows.idTaken : bad ? text.flows.idBad : null}
          onChange={(typed) => setOwnId(typed.currentTarget.value)}
        />
        {like ? null : (
          <NativeSelect
            label={text.flows.eventLabel}
            value={event}
            onChange={(chosen) => setEvent(chosen.currentTarget.value)}
            data={(events.data ?? []).map((card) => ({
              value: card.key,
              label: card.connector ? `${card.category}: ${card.title}` : card.title,
            }))}
          />
        )}
        {creating.error && !taken ? <ProblemNote error={creating.error} /> : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {text.components.cancel}
          </Button>
          <Button
            type="submit"
            disabled={name.trim() === "" || id === "" || bad}
            loading={creating.isPending}
          >
            {text.flows.createDo}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
