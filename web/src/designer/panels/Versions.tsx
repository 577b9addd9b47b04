import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { api, data } from "../../api/client";
import { Moment } from "../../components/Moment";
import { ProblemNote } from "../../components/ProblemNote";
import { Pill } from "../../components/StatePill";
import { Waiting } from "../../components/Waiting";
import type { Flow } from "../../flow/document";
import { shapedFlow } from "../../flow/shape";
import { text } from "../../text";
import { type Version, versionQuery } from "../server";
import { Differences } from "./Differences";
import classes from "./panels.module.css";

const words = text.designer;

interface VersionsProps {
  id: string;
  live: number | null;
  /** The revision of the draft, 0 where there is none. */
  draft: number;
  /** As it is now. */
  flow: Flow;
  onRestore(flow: Flow, version: number): void;
}

/** What was published, newest first: what changed, and the way back. */
export function Versions({ id, live, draft, flow, onRestore }: VersionsProps) {
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
      {draft > 0 && live !== null ? <DraftLine id={id} live={live} flow={flow} /> : null}
      {rows.map((version, place) => (
        <VersionLine
          key={version.version}
          version={version}
          before={rows[place + 1] ?? null}
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
  before: Version | null;
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
          <Button
            size="xs"
            variant="subtle"
            aria-expanded={open}
            aria-label={words.ofVersion(words.compare, version.version)}
            onClick={() => setOpen(!open)}
          >
            {words.compare}
          </Button>
        )}
        {flow === null ? (
          <span className={classes.hint}>{words.versionOdd}</span>
        ) : (
          <Button
            size="xs"
            variant="default"
            ml={8}
            aria-label={words.ofVersion(words.restore, version.version)}
            onClick={() => {
              onRestore(flow, version.version);
              notifications.show({ message: words.restored(version.version) });
            }}
          >
            {words.restore}
          </Button>
        )}
      </span>
      {open && before !== null ? <Between old={before.document} now={version.document} /> : null}
    </div>
  );
}

/** The draft, which is to be the next version. */
function DraftLine({ id, live, flow }: { id: string; live: number; flow: Flow }) {
  const [open, setOpen] = useState(false);
  const published = useQuery({ ...versionQuery(id, live), enabled: open });
  return (
    <div className={classes.version}>
      <b>{words.draftLine}</b>
      <span className={classes.right}>
        <Button size="xs" variant="subtle" aria-expanded={open} onClick={() => setOpen(!open)}>
          {words.compareDraft}
        </Button>
      </span>
      {open && published.error ? <ProblemNote error={published.error} /> : null}
      {open && published.isPending ? <Waiting /> : null}
      {open && published.data ? <Between old={published.data.document} now={flow} /> : null}
    </div>
  );
}

/** What changed from one document to another, unless the shape of one is not known here. */
function Between({ old, now }: { old: unknown; now: unknown }) {
  const [before, after] = useMemo(() => [shapedFlow(old), shapedFlow(now)], [old, now]);
  return before && after ? (
    <Differences old={before} now={after} />
  ) : (
    <p className={classes.hint}>{words.versionOdd}</p>
  );
}
