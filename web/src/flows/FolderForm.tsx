import { Button, Group, Modal, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { ProblemNote } from "../components/ProblemNote";
import { slug } from "../designer/logic/tree";
import { text } from "../text";
import { type Folder, freeId, putFolder } from "./folders";

interface FolderFormProps {
  folders: readonly Folder[];
  /** The folder that is renamed; without it one is made. */
  folder?: Folder;
  /** The folder to make one in; null for the top. */
  parent?: string | null;
  onClose(): void;
}

/** Makes a folder and goes there, or gives one another name. */
export function FolderForm({ folders, folder, parent = null, onClose }: FolderFormProps) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [name, setName] = useState(folder?.name ?? "");
  const saving = useMutation({
    mutationFn: () => {
      const shown = { name: name.trim(), about: folder?.about ?? "" };
      const id = folder?.id ?? freeId(slug(name, "-").slice(0, 110), folders);
      return putFolder(id, { ...shown, parent: folder ? folder.parent : parent });
    },
    onSuccess: async (made) => {
      await queries.invalidateQueries({ queryKey: ["folders"] });
      onClose();
      if (folder === undefined) {
        void navigate({ to: "/flows", search: { folder: made.id } });
      }
    },
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    saving.mutate();
  }
  const outer = folders.find((one) => one.id === parent)?.name;
  const title = outer ? text.flows.newFolderInside(outer) : text.flows.newFolder;
  return (
    <Modal opened onClose={onClose} title={folder ? text.flows.renameTitle(folder.name) : title}>
      <form onSubmit={submit} style={{ display: "grid", gap: 14 }}>
        <TextInput
          label={text.flows.nameLabel}
          value={name}
          maxLength={200}
          onChange={(typed) => setName(typed.currentTarget.value)}
          data-autofocus
        />
        {saving.error ? <ProblemNote error={saving.error} /> : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {text.components.cancel}
          </Button>
          <Button type="submit" disabled={name.trim() === ""} loading={saving.isPending}>
            {folder ? text.flows.renameFolder : text.flows.makeFolder}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
