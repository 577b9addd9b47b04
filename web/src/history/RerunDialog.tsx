import { Button, Input, Modal, SegmentedControl, Table } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api, data, type Schemas } from "../api/client";
import { freshKey } from "../api/freshKey";
import { ProblemNote } from "../components/ProblemNote";
import { Pill, type Tone } from "../components/StatePill";
import { useSettled } from "../components/useSettled";
import { Waiting } from "../components/Waiting";
import { useCards } from "../flow/catalogue";
import { text } from "../text";
import type { Beginning } from "./RunActions";
import { runQuery } from "./run";
import { isTrial, type Run } from "./runs";

const tones: Record<string, Tone> = { kept: "ok", "will be sent": "warn", orphaned: "bad" };

interface RerunDialogProps {
  run: Run;
  beginning: Beginning;
  whole: boolean;
  onClose: () => void;
}

/** Says what running again would keep, compute and send, card by card, before anything happens. */
export function RerunDialog({ run, beginning, whole, onClose }: RerunDialogProps) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [picked, setPicked] = useState<string | null>(null);
  const { known, newest } = useNewest(run);
  const other = newest !== null && newest.current !== newest.had ? newest : null;
  // what was published since a run failed is most likely what mends it
  const which = picked ?? (other && run.status === "failed" && !other.tried ? "newest" : "same");
  const version = other && which === "newest" ? other.current : undefined;
  // pressed twice, or sent again after an answer that was lost, it begins one run
  const [key] = useState(() => freshKey());
  const ask = (confirm: boolean) =>
    data(
      api.POST("/api/v1/runs/{run_id}/rerun", {
        params: { path: { run_id: run.id }, header: { "idempotency-key": `${key} ${version ?? ""}` } },
        body: { path: beginning.path, version, confirm },
      }),
    );
  const preview = useQuery({
    queryKey: ["run", run.id, "rerun", beginning.path, version],
    queryFn: () => ask(false),
    enabled: known,
    staleTime: 0,
    retry: false,
  });
  const start = useMutation({
    mutationFn: () => ask(true),
    onSuccess: (made) => {
      notifications.show({ message: text.run.rerun.started });
      for (const key of ["run", "runs"]) {
        void queries.invalidateQueries({ queryKey: [key] });
      }
      onClose();
      if (made.id) {
        void navigate({ to: "/history/$runId", params: { runId: made.id } });
      }
    },
  });
  const title = whole ? text.run.rerun.whole : text.run.rerun.title(beginning.title);
  return (
    <Modal opened onClose={onClose} closeOnClickOutside={useSettled(true)} title={title} size="lg">
      <div style={{ display: "grid", gap: 12 }}>
        {other ? (
          <Input.Wrapper
            label={text.run.rerun.version}
            description={text.run.rerun.versionWhat}
            labelElement="div"
          >
            <SegmentedControl
              mt={6}
              aria-label={text.run.rerun.version}
              value={which}
              onChange={setPicked}
              data={[
                {
                  value: "same",
                  label: other.tried ? text.run.rerun.sameDraft : text.run.rerun.sameVersion(other.had),
                },
                { value: "newest", label: text.run.rerun.newestVersion(other.current) },
              ]}
            />
          </Input.Wrapper>
        ) : null}
        {/* what is to be read first has the keyboard: Enter neither throws it away nor begins the run */}
        <p data-autofocus tabIndex={-1} style={{ outline: "none" }}>
          {text.run.rerun.what}
        </p>
        {preview.isPending ? <Waiting /> : null}
        {preview.error ? <ProblemNote error={preview.error} /> : null}
        {preview.data ? <Preview lines={preview.data.preview} /> : null}
        {start.error ? <ProblemNote error={start.error} /> : null}
        <div style={{ display: "flex", gap: 8, justifyContent: "flex-end" }}>
          <Button variant="default" onClick={onClose}>
            {text.components.cancel}
          </Button>
          <Button disabled={!preview.isSuccess} loading={start.isPending} onClick={() => start.mutate()}>
            {text.run.rerun.confirm}
          </Button>
        </div>
      </div>
    </Modal>
  );
}

interface Newest {
  had: number;
  tried: boolean;
  current: number;
}

/** The versions to choose from: the one that the root run had, and the newest of its flow, if there is one. */
function useNewest(run: Run): { known: boolean; newest: Newest | null } {
  const asked = useQuery(runQuery(run.root_id));
  const root = asked.data;
  const flow = useQuery({
    queryKey: ["flow", root?.flow_id],
    queryFn: ({ signal }) =>
      data(
        api.GET("/api/v1/flows/{flow_id}", { params: { path: { flow_id: root?.flow_id ?? "" } }, signal }),
      ),
    enabled: root !== undefined,
  });
  const current = (flow.data as Schemas["VersionModel"] | undefined)?.version;
  return {
    known: asked.isError || flow.isError || flow.isSuccess,
    newest: root && current !== undefined ? { had: root.version, tried: isTrial(root), current } : null,
  };
}

type Line = Schemas["PreviewLineModel"];

function Preview({ lines }: { lines: Line[] }) {
  const specs = useCards(lines.map((line) => line.card));
  return (
    <Table>
      <Table.Tbody>
        {lines.map((line, number) => (
          <Table.Tr key={`${line.flow_id} ${line.card_id} ${number}`}>
            <Table.Td>{titleOfLine(line, specs.get(line.card)?.title)}</Table.Td>
            <Table.Td style={{ color: "var(--muted)" }}>{line.flow_name}</Table.Td>
            <Table.Td style={{ textAlign: "right" }}>
              <Pill tone={tones[line.fate] ?? "quiet"}>{fateOf(line)}</Pill>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

/** The author's words; else the card's own, and which flow it calls: there may be several that do. */
function titleOfLine(line: Line, own: string | undefined): string {
  const title = own ?? line.card;
  return line.title || (line.calls_name ? text.run.rerun.calling(title, line.calls_name) : title);
}

/** What becomes of a card. One that calls a flow sends nothing by itself. */
function fateOf({ fate, calls_name: calls }: Line): string {
  return calls && fate === "will be sent" ? text.run.rerun.called : (text.run.rerun.fates[fate] ?? fate);
}
