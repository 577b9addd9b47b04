import { Button, FileButton, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { api, data } from "../api/client";
import { PageBar, PageBody } from "../components/Page";
import { ProblemNote } from "../components/ProblemNote";
import { Waiting } from "../components/Waiting";
import { Dragging } from "../dragging/Dragging";
import { text } from "../text";
import classes from "./FlowsPage.module.css";
import { FlowTable } from "./FlowTable";
import { FolderTree } from "./FolderTree";
import { createDraft, draftsQuery, flowsHaveChanged, flowsQuery, publishedVersion } from "./flows";
import { foldersQuery } from "./folders";
import { importAll } from "./importing";
import { NewFlow } from "./NewFlow";
import { useMove } from "./place";
import { shownIn } from "./shown";

/** All flows: in folders, found, switched, made, duplicated, moved, brought in and out. */
export function FlowsPage() {
  const shown = useSearch({ from: "/shell/flows" });
  const navigate = useNavigate({ from: "/flows" });
  const [typed, setTyped] = useState(shown.search ?? "");
  const [search] = useDebouncedValue(typed.trim(), 200);
  const make = (what: "flow" | "folder" | undefined) =>
    void navigate({ search: (before) => shownIn({ ...before, make: what }), replace: true });
  // a search looks everywhere
  const folder = search === "" ? shown.folder : undefined;
  const folders = useQuery(foldersQuery);
  const known = folder ? folders.data?.find((one) => one.id === folder) : undefined;
  const gone = Boolean(folder) && folders.isSuccess && !folders.isFetching && known === undefined;
  // nothing is made where no folder is
  const into = known?.id ?? null;
  const flows = useInfiniteQuery(flowsQuery(search, folder));
  const drafts = useQuery(draftsQuery(search));
  const importing = useImport(into);
  const moving = useMove(folders.data ?? []);
  const rows = flows.data?.pages.flatMap((page) => page.rows) ?? [];
  const error = flows.error ?? drafts.error ?? folders.error ?? importing.error ?? moving.error;
  useEffect(() => {
    void navigate({ search: (before) => shownIn({ ...before, search }), replace: true });
  }, [search, navigate]);
  return (
    <>
      <PageBar
        title={text.flows.title}
        about={known?.name ?? ""}
        actions={
          <>
            <Button component={Link} to="/flow-map" variant="default">
              {text.flows.map}
            </Button>
            <FileButton accept=".yaml,.yml" multiple onChange={(files) => importing.mutate(files)}>
              {(props) => (
                <Button variant="default" {...props}>
                  {text.flows.import}
                </Button>
              )}
            </FileButton>
            <Button onClick={() => make("flow")}>{text.flows.create}</Button>
          </>
        }
      />
      <PageBody>
        <div className={classes.tools}>
          <TextInput
            type="search"
            label={text.flows.search}
            placeholder={text.flows.searchHint}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            w={320}
          />
        </div>
        {error ? <ProblemNote error={error} /> : null}
        <p role="status">{gone ? text.flows.folderGone : ""}</p>
        <Dragging>
          <div className={classes.beside}>
            <FolderTree
              folders={folders.data ?? []}
              chosen={folder}
              onChoose={() => setTyped("")}
              onMove={moving.mutate}
              making={shown.make === "folder"}
              onMaking={(open) => make(open ? "folder" : undefined)}
            />
            <div>
              {flows.isPending || drafts.isPending ? (
                <Waiting />
              ) : (
                <FlowTable
                  flows={rows}
                  drafts={drafts.data ?? []}
                  complete={!flows.hasNextPage}
                  folder={folder}
                  folders={folders.data ?? []}
                  onMove={moving.mutate}
                  empty={gone ? "" : emptyWords(search, folder)}
                />
              )}
              {flows.hasNextPage ? (
                <Button variant="default" mt="md" onClick={() => void flows.fetchNextPage()}>
                  {text.flows.more}
                </Button>
              ) : null}
            </div>
          </div>
        </Dragging>
      </PageBody>
      {shown.make === "flow" ? <NewFlow folder={into} onClose={() => make(undefined)} /> : null}
    </>
  );
}

function emptyWords(search: string, folder: string | undefined): string {
  if (search !== "") {
    return text.flows.none;
  }
  return folder === undefined ? text.flows.empty : text.flows.emptyFolder;
}

const READ_MS = 20_000;

/** Files become drafts, in the folder that is shown; of one that does not it is told why, and the others go on. */
function useImport(folder: string | null) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (files: File[]) => {
      const { good, failed } = await importAll(files, {
        read: async (document) => data(api.POST("/api/v1/flows/convert", { body: { document } })),
        keep: async (id, document) => {
          const placed = folder === null ? document : { ...document, folder };
          await createDraft(id, placed, await publishedVersion(id));
        },
      });
      for (const { file, why } of failed) {
        notifications.show({
          ...{ color: "red", title: text.flows.importFailed(file), message: why, autoClose: READ_MS },
        });
      }
      return good;
    },
    onSuccess: (good) => {
      if (good > 0) {
        notifications.show({ message: text.flows.imported(good) });
      }
    },
    onSettled: () => void flowsHaveChanged(queries),
  });
}
