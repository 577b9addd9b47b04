import { ActionIcon, Button, type ButtonProps, Group, Menu, Modal } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { memo, useRef } from "react";
import { ApiError } from "../api/errors";
import { PageBar } from "../components/Page";
import { ProblemNote } from "../components/ProblemNote";
import { Pill, type Tone } from "../components/StatePill";
import type { Flow } from "../flow/document";
import { shapedFlow } from "../flow/shape";
import { OnSwitch } from "../flows/FlowTable";
import { asYaml, download, flowQuery, flowsHaveChanged } from "../flows/flows";
import { foldersQuery, pathOf } from "../flows/folders";
import { text } from "../text";
import type { Found } from "./context";
import type { DraftKeeper, DraftStatus, DraftView } from "./draftKeeper";
import type { Timeline } from "./logic/timeline";
import { deleteDraft, openingQuery, publishDraft, readPublished, toldOf, watchQuery } from "./server";
import { useFlowOffers, useNameAmongSeveral } from "./useFlowOffers";

const words = text.designer;
export const draftTones: Record<DraftStatus, Tone> = {
  same: "quiet",
  saved: "quiet",
  waiting: "quiet",
  saving: "quiet",
  away: "warn",
  ended: "warn",
  changed: "warn",
  refused: "bad",
};

interface BarProps {
  flow: Flow;
  keeper: DraftKeeper;
  draft: DraftView;
  line: Timeline<Flow>;
  problems: readonly Found[];
  yaml: boolean;
  onYaml(): void;
  list: boolean;
  onList(): void;
  /** By keyboard one goes there too. */
  onTest(byKeyboard: boolean): void;
  onUndo(): void;
  onRedo(): void;
  onReplace(flow: Flow): void;
}

/** Which flow this is, how its draft stands, and what can be done with the whole of it. */
export const Bar = memo(function Bar(props: BarProps) {
  const { flow, keeper, draft, line, problems } = props;
  const record = useQuery(flowQuery(flow.id));
  const live = record.data ?? null;
  const publishing = usePublishing(flow, keeper);
  const count = problems.length;
  const errors = problems.some((problem) => problem.severity === "error");
  const unpublishable = draft.status === "same" || draft.status === "changed" || errors;
  const publish = unpublishable || publishing.isPending ? null : () => publishing.mutate({});
  useFlowOffers(flow, publish, () => props.onTest(true));
  return (
    <>
      <PageBar
        steady
        title={flow.name || flow.id}
        crumb={<Place flow={flow.id} />}
        about={
          <span
            style={{ display: "inline-flex", flexWrap: "wrap", gap: "2px 8px", alignItems: "center" }}
            role="status"
          >
            <Pill tone={draftTones[draft.status]}>{words.state[draft.status]}</Pill>
            {count > 0 ? <Pill tone={errors ? "bad" : "warn"}>{words.problems(count)}</Pill> : null}
            {live && !live.active ? <Pill tone="warn">{words.publishedOff(live.version)}</Pill> : null}
            {live?.active ? words.published(live.version) : null}
            {live ? null : words.never}
          </span>
        }
        actions={
          <>
            <Deed variant="subtle" off={line.past.length === 0} act={props.onUndo}>
              {words.undo}
            </Deed>
            <Deed variant="subtle" off={line.future.length === 0} act={props.onRedo}>
              {words.redo}
            </Deed>
            <Button
              variant={props.list ? "default" : "subtle"}
              aria-pressed={props.list}
              onClick={props.onList}
            >
              {words.list}
            </Button>
            <Button
              variant={props.yaml ? "default" : "subtle"}
              aria-pressed={props.yaml}
              onClick={props.onYaml}
            >
              {words.yaml}
            </Button>
            <Button variant="default" onClick={(event) => props.onTest(event.detail === 0)}>
              {words.test}
            </Button>
            <Deed off={unpublishable} loading={publishing.isPending} act={() => publishing.mutate({})}>
              {words.publish}
            </Deed>
            {/* it has its room before there is a version: it would come to stand where “Publish” was just pressed */}
            <span style={live ? undefined : { visibility: "hidden" }}>
              <OnSwitch flow={live ?? { id: flow.id, name: flow.name, active: false }} />
            </span>
            <More
              flow={flow}
              keeper={keeper}
              draft={draft}
              live={live !== null}
              onReplace={props.onReplace}
            />
          </>
        }
      />
      {publishing.error ? (
        <PublishFailed error={publishing.error} onClose={publishing.reset} onAnyway={publishing.mutate} />
      ) : null}
    </>
  );
});

interface DeedProps extends Pick<ButtonProps, "variant" | "loading" | "children"> {
  off: boolean;
  act(): void;
}

/** A button that keeps the focus also when there is nothing more for it to do. */
function Deed({ off, act, ...button }: DeedProps) {
  return (
    <Button
      {...button}
      data-disabled={off || undefined}
      aria-disabled={off || undefined}
      onClick={() => {
        if (!off) {
          act();
        }
      }}
    />
  );
}

/** Where the flow is: the folder it is in, or all flows. */
function Place({ flow }: { flow: string }) {
  const watched = useQuery(watchQuery(flow)).data;
  const folders = useQuery(foldersQuery).data ?? [];
  const there = watched?.flow ?? watched?.draft;
  const last = useRef<string | null>(null);
  if (there) {
    last.current = watched?.flow?.folder ?? watched?.draft?.folder ?? null;
  }
  // what was a draft is published: where it is now is not read yet, and it is where it was
  const id = last.current;
  const path = id ? pathOf(folders, id) : [];
  return id && path.length > 0 ? (
    <Link to="/flows" search={{ folder: id }} title={path.join(" / ")}>
      <bdi>{path.at(-1)}</bdi>
    </Link>
  ) : (
    <Link to="/flows">{words.flows}</Link>
  );
}

/** What a flow is published in spite of: another version that came meanwhile, flows that call it and do not fit it any more. */
interface Anyway {
  onTop?: boolean;
  breaksCallers?: boolean;
}

/** Publishes a flow's draft. */
export function usePublishing(flow: Flow, keeper: DraftKeeper) {
  const queries = useQueryClient();
  const name = useNameAmongSeveral(flow);
  return useMutation({
    mutationFn: async ({ onTop = false, breaksCallers = false }: Anyway) => {
      if (onTop) {
        keeper.follow((await readPublished(flow.id))?.version ?? 0);
      }
      return keeper.publish(async (revision) => {
        const published = (await publishDraft(flow.id, revision, breaksCallers)).versions[0] ?? null;
        if (published !== null) {
          await toldOf(queries, flow.id, { draft: null, published });
        }
        return published?.version ?? null;
      });
    },
    onSuccess: (version) => {
      if (version !== null) {
        notifications.show({ color: "green", message: words.isPublished(version, name) });
      }
      void flowsHaveChanged(queries);
      void queries.invalidateQueries({ queryKey: watchQuery(flow.id).queryKey });
      // flows that call it are looked at anew
      void queries.invalidateQueries({ queryKey: ["check"] });
    },
  });
}

/** Why it was not published, and what can be done. */
export function PublishFailed({ error, onClose, onAnyway }: FailedProps) {
  const problems =
    error instanceof ApiError ? error.problems.filter((one) => one.severity !== "warning") : [];
  const all = (code: string) => problems.length > 0 && problems.every((problem) => problem.code === code);
  const stale = problems[0]?.code === "published-meanwhile";
  const breaks = all("breaks-callers");
  const title = stale ? words.staleTitle : breaks ? words.breaksTitle : text.errors.title;
  return (
    <Modal opened onClose={onClose} title={title} size="lg">
      {stale ? (
        <>
          <p style={{ marginBottom: 12 }}>{words.staleWhat}</p>
          <Button onClick={() => onAnyway({ onTop: true })}>{words.publishOnTop}</Button>
        </>
      ) : null}
      {breaks ? (
        <>
          <ul style={{ paddingLeft: 20, overflowWrap: "anywhere" }}>
            {problems.map((problem) => (
              <li key={problem.what}>{problem.what}</li>
            ))}
          </ul>
          <p style={{ margin: "12px 0" }}>{words.breaksWhat}</p>
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {text.components.cancel}
            </Button>
            <Button onClick={() => onAnyway({ breaksCallers: true })}>{words.publishAnyway}</Button>
          </Group>
        </>
      ) : null}
      {stale || breaks ? null : <ProblemNote error={error} />}
    </Modal>
  );
}

interface FailedProps {
  error: unknown;
  onClose(): void;
  onAnyway(how: Anyway): void;
}

interface MoreProps {
  flow: Flow;
  keeper: DraftKeeper;
  draft: DraftView;
  live: boolean;
  onReplace(flow: Flow): void;
}

function More({ flow, keeper, draft, live, onReplace }: MoreProps) {
  const queries = useQueryClient();
  const throwing = useMutation({
    mutationFn: async () => {
      await keeper.flush().catch(() => undefined);
      await keeper.apart(async () => {
        await deleteDraft(flow.id);
        const published = await readPublished(flow.id);
        await toldOf(queries, flow.id, { draft: null, published });
        const next = published ? shapedFlow(published.document) : null;
        if (!published || !next) {
          // what is published cannot be drawn: the page says so
          return queries.invalidateQueries({ queryKey: openingQuery(flow.id).queryKey });
        }
        keeper.adopt({ revision: 0, base: published.version }, next);
        onReplace(next);
        notifications.show({ message: words.throwAwayWhat });
      });
    },
  });
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size={34} aria-label={words.more}>
          ⋯
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          onClick={async () =>
            download(`${flow.id}.yaml`, (await asYaml(flow as never)) ?? JSON.stringify(flow, null, 2))
          }
        >
          {text.flows.export}
        </Menu.Item>
        <Menu.Item component={Link} to="/flow-map">
          {text.flows.map}
        </Menu.Item>
        <Menu.Item component={Link} to={`/history?flow=${encodeURIComponent(flow.id)}`}>
          {text.flows.history}
        </Menu.Item>
        {live && draft.status !== "same" ? (
          <Menu.Item onClick={() => throwing.mutate()}>{words.throwAway}</Menu.Item>
        ) : null}
      </Menu.Dropdown>
    </Menu>
  );
}
