import { Button } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, data } from "../../api/client";
import { Moment } from "../../components/Moment";
import { ProblemNote } from "../../components/ProblemNote";
import { Pill } from "../../components/StatePill";
import { Waiting } from "../../components/Waiting";
import type { Flow } from "../../flow/document";
import { shapedFlow } from "../../flow/shape";
import { text } from "../../text";
import type { Version } from "../server";
import classes from "./panels.module.css";

const words = text.designer;

interface VersionsProps {
  id: string;
  live: number | null;
  /** The revision of the draft, 0 where there is none. */
  draft: number;
  onRestore(flow: Flow, version: number): void;
}

/** What was published, newest first: what changed, and the way back. */
export function Versions({ id, live, draft, onRestore }: VersionsProps) {
  const versions = useInfiniteQuery({
    queryKey: ["versions", id, live],
    queryFn: ({ pageParam }) => {
      const params = { path: { flow_id: id }, query: { limit: 20, after: pageParam } };
      return data(api.GET("/api/v1/flows/{flow_id}/versions", { params }));
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
  if (versions.error) {
    return <ProblemNote error={versions.error} />;
  }
  if (versions.isPending) {
    return <Waiting />;
  }
  const rows = versions.data.pages.flatMap((page) => page.rows);
  if (rows.length === 0) {
    return <p className={classes.hint}>{words.versionsNone}</p>;
  }
  return (
    <>
      {draft > 0 && live !== null ? <DraftLine id={id} live={live} revision={draft} /> : null}
      {rows.map((version, place) => (
        <VersionLine
          key={version.version}
          version={version}
          before={rows[place + 1]?.version ?? null}
          live={version.version === live}
          onRestore={onRestore}
        />
      ))}
      {versions.hasNextPage ? (
        <Button size="xs" variant="default" onClick={() => void versions.fetchNextPage()}>
          {text.components.more}
        </Button>
      ) : null}
    </>
  );
}

interface VersionLineProps {
  version: Version;
  before: number | null;
  live: boolean;
  onRestore(flow: Flow, version: number): void;
}

function VersionLine({ version, before, live, onRestore }: VersionLineProps) {
  const [open, setOpen] = useState(false);
  const flow = shapedFlow(version.document);
  return (
    <div className={classes.version}>
      <b>{words.versionOf(version.version)}</b>
      {live ? <Pill tone="ok">{words.live}</Pill> : null}
      <span className={classes.hint}>
        <Moment at={version.created_at} /> {words.by(version.author)}
      </span>
      <span className={classes.right}>
        {before === null ? null : (
          <Button size="xs" variant="subtle" aria-expanded={open} onClick={() => setOpen(!open)}>
            {words.compare}
          </Button>
        )}
        {flow === null ? (
          <span className={classes.hint}>{words.versionOdd}</span>
        ) : (
          <Button size="xs" variant="default" ml={8} onClick={() => onRestore(flow, version.version)}>
            {words.restore}
          </Button>
        )}
      </span>
      {open && before !== null ? (
        <Changes
          of={[version.flow_id, before, version.version]}
          read={async () => {
            const path = { flow_id: version.flow_id, version: before, other: version.version };
            return data(
              api.GET("/api/v1/flows/{flow_id}/versions/{version}/difference/{other}", { params: { path } }),
            );
          }}
        />
      ) : null}
    </div>
  );
}

/** The draft as it was saved last, which is to be the next version. */
function DraftLine({ id, live, revision }: { id: string; live: number; revision: number }) {
  const [open, setOpen] = useState(false);
  return (
    <div className={classes.version}>
      <b>{words.draftLine}</b>
      <span className={classes.hint}>{words.draftSaved}</span>
      <span className={classes.right}>
        <Button size="xs" variant="subtle" aria-expanded={open} onClick={() => setOpen(!open)}>
          {words.compareDraft}
        </Button>
      </span>
      {open ? (
        <Changes
          of={[id, live, "draft", revision]}
          read={() =>
            data(api.GET("/api/v1/flows/{flow_id}/draft/difference", { params: { path: { flow_id: id } } }))
          }
        />
      ) : null}
    </div>
  );
}

interface ChangesProps {
  /** Between what: they are read once. */
  of: readonly unknown[];
  read(): Promise<{ lines: string[] }>;
}

function Changes({ of, read }: ChangesProps) {
  const changes = useQuery({
    queryKey: ["difference", ...of],
    queryFn: async () => (await read()).lines,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (changes.error) {
    return <ProblemNote error={changes.error} />;
  }
  if (changes.isPending) {
    return <Waiting />;
  }
  return (
    <ul className={classes.changes}>
      {changes.data.length === 0 ? <li>{words.compareNone}</li> : null}
      {changes.data.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}
