import { Button, Group, Modal, NativeSelect } from "@mantine/core";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { ProblemNote } from "../components/ProblemNote";
import { ConnectionForm } from "../connections/ConnectionForm";
import { connectionsQuery, connectorsQuery } from "../connections/connections";
import { OnSwitch } from "../flows/FlowTable";
import { flowQuery, flowsHaveChanged } from "../flows/flows";
import { text } from "../text";
import classes from "./Templates.module.css";
import { filled, type TakenOver, type Template, takeOver } from "./templates";

const words = text.templates;

/** Takes a template over, step by step: its connections, then its flows, then what is to be switched on. */
export function TakeOver({ template, onClose }: { template: Template; onClose(): void }) {
  const queries = useQueryClient();
  const connectors = useQuery(connectorsQuery).data ?? [];
  const connections = useInfiniteQuery(connectionsQuery).data?.pages.flatMap((page) => page.rows) ?? [];
  const [chosen, setChosen] = useState<Record<string, string>>({});
  const [connecting, setConnecting] = useState<string | null>(null);
  const places = filled(template, chosen, connections);
  const titleOf = (connector: string) => connectors.find((one) => one.name === connector)?.title ?? connector;
  const taking = useMutation({
    mutationFn: () => takeOver(template.id, places),
    onSuccess: () => {
      void flowsHaveChanged(queries);
      void queries.invalidateQueries({ queryKey: ["templates"] });
    },
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    taking.mutate();
  }
  if (connecting !== null) {
    return <ConnectionForm change={null} app={connecting} onClose={() => setConnecting(null)} />;
  }
  if (taking.data) {
    return <Taken template={template} taken={taking.data} onClose={onClose} />;
  }
  return (
    <Modal opened onClose={onClose} title={words.takeTitle(template.title)} size="lg">
      <form onSubmit={submit} className={classes.form}>
        {template.connections.length > 0 ? <h3>{words.stepConnections}</h3> : null}
        {template.connections.map((slot) => {
          const app = titleOf(slot.connector);
          const mine = connections.filter((connection) => connection.connector === slot.connector);
          return (
            <div key={slot.name} className={classes.slot}>
              {mine.length > 0 ? (
                <NativeSelect
                  label={words.connection(app)}
                  value={places[slot.name] ?? ""}
                  onChange={(event) => setChosen({ ...chosen, [slot.name]: event.currentTarget.value })}
                  data={[
                    { value: "", label: words.choose, disabled: true },
                    ...mine.map((one) => ({ value: one.id, label: one.name || one.id })),
                  ]}
                />
              ) : (
                <p>{words.noneYet(app)}</p>
              )}
              <Button variant="default" onClick={() => setConnecting(slot.connector)}>
                {mine.length > 0 ? words.another(app) : words.connect(app)}
              </Button>
            </div>
          );
        })}
        <p className={classes.quiet}>{words.what}</p>
        {taking.error ? <ProblemNote error={taking.error} title={words.failed} /> : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {text.components.cancel}
          </Button>
          <Button
            type="submit"
            loading={taking.isPending}
            disabled={Object.keys(places).length < template.connections.length}
          >
            {words.takeOver}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}

/** What came of it: each flow to be looked at, and switched on where it begins by itself. */
function Taken({ template, taken, onClose }: { template: Template; taken: TakenOver; onClose(): void }) {
  return (
    <Modal opened onClose={onClose} title={words.done} size="lg">
      <div className={classes.form}>
        {taken.resting.length > 0 ? <p>{words.doneWhat}</p> : null}
        <ul className={classes.taken} aria-label={words.flows}>
          {template.flows.map((flow) => (
            <li key={flow.id}>
              <Link to="/flows/$flowId" params={{ flowId: flow.id }}>
                {flow.name}
              </Link>
              {taken.resting.includes(flow.id) ? <SwitchOn id={flow.id} /> : null}
            </li>
          ))}
        </ul>
        <Group justify="flex-end">
          <Button onClick={onClose}>{words.finish}</Button>
        </Group>
      </div>
    </Modal>
  );
}

function SwitchOn({ id }: { id: string }) {
  const flow = useQuery(flowQuery(id)).data;
  return flow ? <OnSwitch flow={flow} /> : null;
}
