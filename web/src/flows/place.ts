import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, data } from "../api/client";
import { type Folder, type Moved, putFolder } from "./folders";

/** What is moved, and into which folder; null for the top. */
export interface Move {
  what: Moved;
  to: string | null;
}

/** Moves flows and folders. A flow that is not published yet says in its draft where it wants to be. */
export function useMove(folders: readonly Folder[]) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ what, to }: Move) => {
      if ("folder" in what) {
        const folder = folders.find((one) => one.id === what.folder);
        if (folder && folder.id !== to) {
          await putFolder(folder.id, { name: folder.name, about: folder.about, parent: to });
        }
      } else if (what.drafted) {
        await moveDraft(what.flow, to);
      } else {
        const params = { path: { flow_id: what.flow } };
        await data(api.PUT("/api/v1/flows/{flow_id}/folder", { params, body: { folder: to } }));
      }
    },
    onSettled: async () => {
      for (const key of ["folders", "flows", "drafts"]) {
        await queries.invalidateQueries({ queryKey: [key] });
      }
    },
  });
}

async function moveDraft(id: string, to: string | null): Promise<void> {
  const params = { path: { flow_id: id } };
  const draft = await data(api.GET("/api/v1/flows/{flow_id}/draft", { params }));
  const { folder: _, ...document } = draft.document as Record<string, unknown>;
  const body = {
    document: (to === null ? document : { ...document, folder: to }) as never,
    follows: draft.revision,
    base_version: draft.base_version,
  };
  await data(api.PUT("/api/v1/flows/{flow_id}/draft", { params, body }));
}
