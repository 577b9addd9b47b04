import { Button, Group, Modal } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { text } from "../text";
import { ProblemNote } from "./ProblemNote";

interface ConfirmProps {
  title: string;
  /** What it means. */
  what: string;
  /** The word on the button that does it. */
  yes: string;
  /** Whether all that one should know before is there. */
  ready?: boolean;
  act(): Promise<unknown>;
  onClose(): void;
}

/** Asks before something is lost; stays open and says why if it cannot be done. */
export function Confirm({ title, what, yes, ready = true, act, onClose }: ConfirmProps) {
  const doing = useMutation({ mutationFn: act, onSuccess: onClose });
  return (
    <Modal opened onClose={onClose} title={title}>
      <p style={{ marginBottom: 14 }}>{what}</p>
      {doing.error ? <ProblemNote error={doing.error} /> : null}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose}>
          {text.components.cancel}
        </Button>
        <Button color="red" disabled={!ready} loading={doing.isPending} onClick={() => doing.mutate()}>
          {yes}
        </Button>
      </Group>
    </Modal>
  );
}
