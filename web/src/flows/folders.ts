import { queryOptions } from "@tanstack/react-query";
import { api, data, type Schemas } from "../api/client";

export type Folder = Schemas["FolderModel"];

/** A folder in the tree. */
export interface Node {
  folder: Folder;
  inside: Node[];
}

/** All folders: page after page until there is no more. */
export const foldersQuery = queryOptions({
  queryKey: ["folders"],
  queryFn: async ({ signal }) => {
    const rows: Folder[] = [];
    let after: string | undefined;
    do {
      const query = { limit: 200, after };
      const page = await data(api.GET("/api/v1/folders", { params: { query }, signal }));
      rows.push(...page.rows);
      after = page.next ?? undefined;
    } while (after !== undefined);
    return rows;
  },
});

/** Folders as a tree, by name. One whose parent is not among them stands at the top. */
export function treeOf(folders: readonly Folder[]): Node[] {
  const known = new Set(folders.map((folder) => folder.id));
  const below = new Map<string | null, Folder[]>();
  for (const folder of folders) {
    const parent = folder.parent !== null && known.has(folder.parent) ? folder.parent : null;
    below.set(parent, [...(below.get(parent) ?? []), folder]);
  }
  function inside(parent: string | null): Node[] {
    return (below.get(parent) ?? [])
      .sort((a, b) => a.name.localeCompare(b.name) || a.id.localeCompare(b.id))
      .map((folder) => ({ folder, inside: inside(folder.id) }));
  }
  return inside(null);
}

/** Names of a folder and those that it is in, the outermost first. */
export function pathOf(folders: readonly Folder[], id: string): string[] {
  const byId = new Map(folders.map((folder) => [folder.id, folder]));
  const path: string[] = [];
  for (let at = byId.get(id); at && path.length < folders.length; at = byId.get(at.parent ?? "")) {
    path.unshift(at.name);
  }
  return path;
}

/** Where something may be put: each folder with its level, in the order of the tree; a folder never into itself. */
export function placesFor(nodes: readonly Node[], moved?: string, level = 0): [Folder, number][] {
  return nodes
    .filter((node) => node.folder.id !== moved)
    .flatMap((node) => [[node.folder, level], ...placesFor(node.inside, moved, level + 1)]);
}

/** An id that no folder has yet. */
export function freeId(wanted: string, folders: readonly Folder[]): string {
  const taken = new Set(folders.map((folder) => folder.id));
  const base = wanted || "folder";
  let id = base;
  for (let number = 2; taken.has(id); number += 1) {
    id = `${base}-${number}`;
  }
  return id;
}

/** Make a folder, or change it. */
export function putFolder(id: string, body: { name: string; about?: string; parent: string | null }) {
  return data(
    api.PUT("/api/v1/folders/{folder_id}", {
      params: { path: { folder_id: id } },
      body: { about: "", ...body },
    }),
  );
}

/** Something that is moved into a folder. */
export type Moved = { flow: string; drafted: boolean } | { folder: string };
