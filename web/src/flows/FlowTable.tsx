import { ActionIcon, Menu, Switch } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueries, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, data, type Schemas } from "../api/client";
import { Moment } from "../components/Moment";
import { RunBars } from "../components/RunBars";
import { Pill } from "../components/StatePill";
import { tellFailed } from "../components/tellFailed";
import { Carry } from "../dragging/Carry";
import { useCards } from "../flow/catalogue";
import { text } from "../text";
import { DeleteFlow } from "./DeleteFlow";
import classes from "./FlowsPage.module.css";
import {
  asYaml,
  currentDocument,
  type DraftHead,
  download,
  type FlowRow,
  inParts,
  MOST_ASKED,
  recentRunsQuery,
} from "./flows";
import { type Folder, pathOf } from "./folders";
import { MoveDialog } from "./MoveDialog";
import { NewFlow } from "./NewFlow";
import type { Move } from "./place";

/** A line of the table: a published flow, a draft, or both. */
export interface Line {
  id: string;
  name: string;
  flow: FlowRow | null;
  draft: DraftHead | null;
  folder: string | null;
}

type RecentRuns = { [flow: string]: readonly Schemas["RecentRunModel"][] };

interface FlowTableProps {
  flows: readonly FlowRow[];
  drafts: readonly DraftHead[];
  /** Whether all published flows are here, so that a draft without one is of none. */
  complete: boolean;
  /** The folder that is shown, empty for the top; undefined where flows of all folders are. */
  folder: string | undefined;
  folders: readonly Folder[];
  onMove(move: Move): void;
  empty: string;
}

export function FlowTable({ flows, drafts, complete, folder, folders, onMove, empty }: FlowTableProps) {
  const drafted = new Map(drafts.map((draft) => [draft.flow_id, draft]));
  const published = new Set(flows.map((flow) => flow.id));
  const lines: Line[] = flows.map((flow) => ({
    id: flow.id,
    name: flow.name,
    flow,
    draft: drafted.get(flow.id) ?? null,
    folder: flow.folder ?? null,
  }));
  for (const draft of drafts) {
    const here = folder === undefined || (draft.folder ?? "") === folder;
    const alone = folder === undefined && complete ? true : draft.base_version === 0;
    if (!published.has(draft.flow_id) && here && alone) {
      lines.push({
        id: draft.flow_id,
        name: draft.name,
        flow: null,
        draft,
        folder: draft.folder ?? null,
      });
    }
  }
  // who is called so comes before who only has it in a text
  lines.sort((a, b) => Number(isInText(a)) - Number(isInText(b)) || a.id.localeCompare(b.id));
  const recent = useQueries({
    queries: inParts(
      lines.map((line) => line.id),
      MOST_ASKED,
    ).map(recentRunsQuery),
    combine: (results) => Object.assign({}, ...results.map((result) => result.data)) as RecentRuns,
  });
  const cards = useCards(lines.map(startsWith));
  if (lines.length === 0) {
    return (
      <div className={classes.wrap}>
        <p className={classes.empty}>{empty}</p>
      </div>
    );
  }
  return (
    <div className={classes.wrap}>
      <table className={classes.table} aria-label={text.flows.list}>
        <thead>
          <tr>
            <th scope="col">{text.flows.name}</th>
            <th scope="col">{text.flows.event}</th>
            <th scope="col">{text.flows.runs}</th>
            <th scope="col">{text.flows.changed}</th>
            <th scope="col">{text.flows.on}</th>
            <th scope="col" aria-label={text.flows.actions("")} />
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <FlowLine
              key={line.id}
              line={line}
              event={cards.get(startsWith(line))?.title ?? startsWith(line)}
              runs={recent[line.id]}
              folders={folders}
              place={folder === undefined && line.folder ? pathOf(folders, line.folder).join(" / ") : ""}
              onMove={onMove}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Whether a search has found it by what is in it, and not by its name. */
function isInText({ flow, draft }: Line): boolean {
  return Boolean(flow?.found || draft?.found);
}

/** The card that starts a flow: what is published says it, else its draft. */
function startsWith({ flow, draft }: Line): string {
  return flow?.event_card ?? draft?.event_card ?? "";
}

interface FlowLineProps {
  line: Line;
  event: string;
  runs: RecentRuns[string] | undefined;
  folders: readonly Folder[];
  /** Where it is, in words. */
  place: string;
  onMove(move: Move): void;
}

function FlowLine({ line, event, runs, folders, place, onMove }: FlowLineProps) {
  const { flow, draft } = line;
  const found = flow?.found || draft?.found;
  return (
    <Carry as="tr" carried={{ kind: "flow", name: line.name, flow: line.id, drafted: line.flow === null }}>
      <td>
        <Link to="/flows/$flowId" params={{ flowId: line.id }} className={classes.name} draggable={false}>
          {line.name}
        </Link>{" "}
        {draft ? <Pill tone="quiet">{text.flows.draftBy(draft.author)}</Pill> : null}{" "}
        {flow && flow.unfit > 0 ? <Pill tone="bad">{text.flows.unfit(flow.unfit)}</Pill> : null}
        <div className={classes.id}>
          {place ? <span className={classes.place}>{place} · </span> : null}
          {line.id}
        </div>
        {found ? <div className={classes.found}>{text.flows.found(found)}</div> : null}
      </td>
      <td>
        {event}
        {flow?.event_connection ? <div className={classes.id}>{flow.event_connection}</div> : null}
      </td>
      <td>
        {runs && runs.length > 0 ? (
          <RunBars runs={[...runs].reverse()} />
        ) : (
          <span className={classes.quiet}>{runs ? text.flows.noRuns : ""}</span>
        )}
      </td>
      <td className={classes.quiet}>
        {flow ? (
          <>
            {text.flows.version(flow.version)} · <Moment at={flow.updated_at} />
          </>
        ) : (
          text.flows.notPublished
        )}
      </td>
      <td>{flow ? <OnSwitch flow={flow} /> : null}</td>
      <td>
        <Actions line={line} folders={folders} onMove={onMove} />
      </td>
    </Carry>
  );
}

/** Switches a flow on or off. */
export function OnSwitch({ flow }: { flow: Pick<FlowRow, "id" | "name" | "active"> }) {
  const queries = useQueryClient();
  const turning = useMutation({
    // what is pressed last counts: one request after the other
    scope: { id: `active ${flow.id}` },
    mutationFn: (active: boolean) => {
      const params = { path: { flow_id: flow.id } };
      return data(api.PUT("/api/v1/flows/{flow_id}/active", { params, body: { active } }));
    },
    onError: tellFailed,
    onSuccess: (_, on) => {
      if (!on) {
        notifications.show({ color: "yellow", message: text.flows.isOff(flow.name) });
      }
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["flows"] }),
  });
  const active = turning.isPending ? turning.variables : flow.active;
  return (
    <Switch
      color="var(--ok)"
      checked={active}
      aria-busy={turning.isPending}
      onChange={(event) => turning.mutate(event.currentTarget.checked)}
      aria-label={text.flows.switchOn(flow.name)}
    />
  );
}

function Actions({ line, folders, onMove }: Pick<FlowLineProps, "line" | "folders" | "onMove">) {
  const [doing, setDoing] = useState<"duplicate" | "move" | "delete" | null>(null);
  const exporting = useMutation({
    mutationFn: async () => {
      const yaml = await asYaml(await currentDocument(line.id, line.draft !== null));
      download(`${line.id}.yaml`, yaml ?? "");
    },
    onError: tellFailed,
  });
  return (
    <>
      <Menu position="bottom-end" width={200}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={text.flows.actions(line.name)}>
            ⋯
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item component={Link} to={`/flows/${line.id}`}>
            {text.flows.open}
          </Menu.Item>
          <Menu.Item component={Link} to={`/history?flow=${encodeURIComponent(line.id)}`}>
            {text.flows.history}
          </Menu.Item>
          <Menu.Item onClick={() => exporting.mutate()}>{text.flows.export}</Menu.Item>
          <Menu.Item onClick={() => setDoing("duplicate")}>{text.flows.duplicate}</Menu.Item>
          <Menu.Item onClick={() => setDoing("move")}>{text.flows.move}</Menu.Item>
          <Menu.Divider />
          <Menu.Item onClick={() => setDoing("delete")} color="var(--bad)">
            {line.flow ? text.flows.delete : text.flows.throwAway}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {doing === "duplicate" ? <NewFlow like={line} onClose={() => setDoing(null)} /> : null}
      {doing === "move" ? (
        <MoveDialog
          name={line.name}
          from={line.folder}
          folders={folders}
          onMove={(to) => onMove({ what: { flow: line.id, drafted: line.flow === null }, to })}
          onClose={() => setDoing(null)}
        />
      ) : null}
      {doing === "delete" ? <DeleteFlow line={line} onClose={() => setDoing(null)} /> : null}
    </>
  );
}
