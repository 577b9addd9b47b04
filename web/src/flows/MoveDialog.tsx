import { Button, Group, Modal, NativeSelect } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { text } from "../text";
import { type Folder, placesFor, treeOf } from "./folders";

interface MoveDialogProps {
  name: string;
  /** Where it is now. */
  from: string | null;
  /** The folder that is moved, where it is one. */
  moved?: string;
  folders: readonly Folder[];
  onMove(to: string | null): void;
  onClose(): void;
}

/** Chooses the folder that a flow or a folder goes into. */
export function MoveDialog({ name, from, moved, folders, onMove, onClose }: MoveDialogProps) {
  const [to, setTo] = useState(from ?? "");
  function submit(event: FormEvent) {
    event.preventDefault();
    onMove(to || null);
    onClose();
  }
  return (
    <Modal opened onClose={onClose} title={text.flows.moveTitle(name)}>
      <form onSubmit={submit} style={{ display: "grid", gap: 14 }}>
        <NativeSelect
          label={text.flows.moveTo}
          value={to}
          onChange={(chosen) => setTo(chosen.currentTarget.value)}
          data={[
            { value: "", label: text.flows.top },
            ...placesFor(treeOf(folders), moved).map(([folder, level]) => ({
              value: folder.id,
              label: `${"\u00a0\u00a0\u00a0".repeat(level)}${folder.name}`,
            })),
          ]}
          data-autofocus
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {text.components.cancel}
          </Button>
          <Button type="submit" disabled={to === (from ?? "")}>
            {text.flows.moveDo}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
