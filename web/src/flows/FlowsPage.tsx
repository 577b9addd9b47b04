import { Button, FileButton, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, data } from "../api/client";
import { PageBar, PageBody } from "../components/Page";
import { ProblemNote } from "../components/ProblemNote";
import { Waiting } from "../components/Waiting";
import { text } from "../text";
import classes from "./FlowsPage.module.css";
import { FlowTable } from "./FlowTable";
import { createDraft, draftsQuery, flowsQuery, publishedVersion } from "./flows";
import { NewFlow } from "./NewFlow";

/** All flows: found, switched, made, duplicated, brought in and out. */
export function FlowsPage() {
  const [typed, setTyped] = useState("");
  const [search] = useDebouncedValue(typed.trim(), 200);
  const [making, setMaking] = useState(false);
  const flows = useInfiniteQuery(flowsQuery(search));
  const drafts = useQuery(draftsQuery(search));
  const importing = useImport();
  const rows = flows.data?.pages.flatMap((page) => page.rows) ?? [];
  const error = flows.error ?? drafts.error ?? importing.error;
  return (
    <>
      <PageBar
        title={text.flows.title}
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
            <Button onClick={() => setMaking(true)}>{text.flows.create}</Button>
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
            w={280}
          />
        </div>
        {error ? <ProblemNote error={error} /> : null}
        {flows.isPending || drafts.isPending ? (
          <Waiting />
        ) : (
          <FlowTable
            flows={rows}
            drafts={drafts.data ?? []}
            complete={!flows.hasNextPage}
            empty={search === "" ? text.flows.empty : text.flows.none}
          />
        )}
        {flows.hasNextPage ? (
          <Button variant="default" mt="md" onClick={() => void flows.fetchNextPage()}>
            {text.flows.more}
          </Button>
        ) : null}
      </PageBody>
      {making ? <NewFlow onClose={() => setMaking(false)} /> : null}
    </>
  );
}

/** Files become drafts; one that is no flow is told with its first problem, and the others go on. */
function useImport() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (files: File[]) => {
      let good = 0;
      for (const file of files) {
        const body = { document: await file.text() };
        const read = await data(api.POST("/api/v1/flows/convert", { body }));
        const [problem] = read.problems;
        if (read.document) {
          const id = String(read.document.id);
          await createDraft(id, read.document, await publishedVersion(id));
          good += 1;
        } else {
          notifications.show({
            color: "red",
            title: text.flows.importFailed(file.name),
            message: `${problem?.line ? `${text.designer.line(problem.line)}: ` : ""}${problem?.what ?? ""} ${problem?.mend ?? ""}`,
          });
        }
      }
      return good;
    },
    onSuccess: (good) => {
      if (good > 0) {
        notifications.show({ message: text.flows.imported(good) });
      }
    },
    onSettled: () => void queries.invalidateQueries({ queryKey: ["drafts"] }),
  });
}
