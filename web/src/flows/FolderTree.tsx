import { ActionIcon, Button, Menu } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { type ReactNode, useMemo, useRef, useState } from "react";
import { api, data } from "../api/client";
import { ConfirmDelete } from "../components/ConfirmDelete";
import { Carry } from "../dragging/Carry";
import type { DropPlace } from "../dragging/carried";
import { Dropping } from "../dragging/Dropping";
import { text } from "../text";
import { FolderForm } from "./FolderForm";
import classes from "./FolderTree.module.css";
import { type Folder, type Node, treeOf } from "./folders";
import { MoveDialog } from "./MoveDialog";
import type { Move } from "./place";

interface FolderTreeProps {
  folders: readonly Folder[];
  /** The folder that is shown: an id, empty for the top, undefined for all flows. */
  chosen: string | undefined;
  /** A folder is gone to: whatever else was wanted is not wanted any more. */
  onChoose(): void;
  onMove(move: Move): void;
}

interface WithForm extends FolderTreeProps {
  /** Whether the form of a new folder is open. */
  making: boolean;
  onMaking(open: boolean): void;
}

/** The folders, one in another; flows and folders are dropped on them. */
export function FolderTree({ folders, chosen, onChoose, onMove, making, onMaking }: WithForm) {
  return (
    <nav className={classes.tree} aria-label={text.flows.folders}>
      <ul>
        <li>
          <Place chosen={chosen === undefined} search={{}} onChoose={onChoose}>
            {text.flows.all}
          </Place>
        </li>
        <li>
          <Place
            chosen={chosen === ""}
            search={{ folder: "" }}
            onChoose={onChoose}
            to={null}
            name={text.flows.top}
            onMove={onMove}
          >
            {text.flows.top}
          </Place>
        </li>
      </ul>
      <Branch nodes={treeOf(folders)} folders={folders} chosen={chosen} onChoose={onChoose} onMove={onMove} />
      <Button variant="subtle" size="compact-sm" mt={8} onClick={() => onMaking(true)}>
        {text.flows.newFolder}
      </Button>
      {making ? (
        <FolderForm folders={folders} parent={chosen || null} onClose={() => onMaking(false)} />
      ) : null}
    </nav>
  );
}

function Branch({ nodes, ...shared }: FolderTreeProps & { nodes: readonly Node[] }) {
  return (
    <ul>
      {nodes.map((node) => (
        <Twig key={node.folder.id} node={node} {...shared} />
      ))}
    </ul>
  );
}

function Twig({ node, folders, chosen, onChoose, onMove }: FolderTreeProps & { node: Node }) {
  const [open, setOpen] = useState(true);
  const { folder, inside } = node;
  return (
    <li>
      <div className={classes.line}>
        {inside.length > 0 ? (
          <button
            type="button"
            className={classes.fold}
            aria-expanded={open}
            aria-label={text.flows.foldersIn(folder.name)}
            onClick={() => setOpen(!open)}
          >
            {open ? "▾" : "▸"}
          </button>
        ) : (
          <span className={classes.fold} />
        )}
        <Place
          chosen={chosen === folder.id}
          search={{ folder: folder.id }}
          onChoose={onChoose}
          to={folder.id}
          name={folder.name}
          onMove={onMove}
        >
          <span className={classes.name}>{folder.name}</span>
          {folder.flows > 0 ? (
            <span className={classes.count} title={text.flows.flowsInside(folder.flows)}>
              {folder.flows}
            </span>
          ) : null}
        </Place>
        <FolderMenu folder={folder} folders={folders} shown={chosen === folder.id} onMove={onMove} />
      </div>
      {open && inside.length > 0 ? (
        <Branch nodes={inside} folders={folders} chosen={chosen} onChoose={onChoose} onMove={onMove} />
      ) : null}
    </li>
  );
}

interface PlaceProps {
  chosen: boolean;
  search: { folder?: string };
  onChoose(): void;
  /** The folder's id, null for the top; undefined where nothing can be put. */
  to?: string | null;
  name?: string;
  onMove?(move: Move): void;
  children: ReactNode;
}

/** A line of the tree: a link that flows and folders can be dropped on; a folder can be dragged by it. */
function Place({ chosen, search, onChoose, to, name = "", onMove, children }: PlaceProps) {
  const link = useRef<HTMLAnchorElement>(null);
  const place = useMemo<DropPlace | null>(
    () =>
      to === undefined || !onMove
        ? null
        : {
            takes: (carried) => carried.kind === "flow" || carried.kind === "folder",
            idle: (carried) => carried.kind === "folder" && carried.folder === to,
            words: () => text.flows.into(name),
            drop: (carried) => {
              if (carried.kind === "flow" || carried.kind === "folder") {
                onMove({ what: carried, to });
              }
            },
          },
    [to, name, onMove],
  );
  const line = (
    <Link
      ref={link}
      to="/flows"
      search={search}
      draggable={false}
      className={`${classes.place} ${chosen ? classes.chosen : ""}`}
      aria-current={chosen ? "page" : undefined}
      activeProps={{ "aria-current": chosen ? "page" : undefined }}
      onClick={onChoose}
    >
      {children}
    </Link>
  );
  return (
    <>
      {typeof to === "string" ? (
        <Carry as="div" className={classes.carry} carried={{ kind: "folder", name, folder: to }}>
          {line}
        </Carry>
      ) : (
        line
      )}
      {place ? <Dropping on={link} place={place} /> : null}
    </>
  );
}

interface FolderMenuProps {
  folder: Folder;
  folders: readonly Folder[];
  /** Whether one is in it. */
  shown: boolean;
  onMove(move: Move): void;
}

function FolderMenu({ folder, folders, shown, onMove }: FolderMenuProps) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [doing, setDoing] = useState<"new" | "rename" | "move" | "delete" | null>(null);
  const done = () => setDoing(null);
  async function remove() {
    await data(api.DELETE("/api/v1/folders/{folder_id}", { params: { path: { folder_id: folder.id } } }));
    if (shown) {
      await navigate({ to: "/flows", search: folder.parent === null ? {} : { folder: folder.parent } });
    }
    await queries.invalidateQueries({ queryKey: ["folders"] });
    notifications.show({ message: text.flows.folderDeleted(folder.name) });
  }
  return (
    <>
      <Menu position="bottom-end" width={190}>
        <Menu.Target>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="sm"
            aria-label={text.flows.folderActions(folder.name)}
          >
            ⋯
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => setDoing("new")}>{text.flows.newFolderIn}</Menu.Item>
          <Menu.Item onClick={() => setDoing("rename")}>{text.flows.renameFolder}</Menu.Item>
          <Menu.Item onClick={() => setDoing("move")}>{text.flows.move}</Menu.Item>
          <Menu.Divider />
          <Menu.Item onClick={() => setDoing("delete")} color="var(--bad)">
            {text.flows.deleteFolder}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {doing === "new" ? <FolderForm folders={folders} parent={folder.id} onClose={done} /> : null}
      {doing === "rename" ? <FolderForm folders={folders} folder={folder} onClose={done} /> : null}
      {doing === "move" ? (
        <MoveDialog
          name={folder.name}
          from={folder.parent}
          moved={folder.id}
          folders={folders}
          onMove={(to) => onMove({ what: { folder: folder.id }, to })}
          onClose={done}
        />
      ) : null}
      {doing === "delete" ? (
        <ConfirmDelete
          title={text.flows.deleteTitle(folder.name)}
          what={text.flows.deleteFolderWhat}
          yes={text.flows.deleteFolder}
          used={{ kind: "folder", id: folder.id }}
          act={remove}
          onClose={done}
        />
      ) : null}
    </>
  );
}
