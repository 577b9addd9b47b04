import { Button, Checkbox, Group, Modal, NativeSelect } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, data } from "../api/client";
import { freshKey } from "../api/freshKey";
import { ProblemNote } from "../components/ProblemNote";
import { Value } from "../components/Value";
import { Waiting } from "../components/Waiting";
import { connectionListQuery } from "../designer/cards";
import { readAs, shownAs, stands } from "../designer/logic/literals";
import { type Field, type Spec, signatureOf } from "../designer/logic/signature";
import { TestError, TestField, TestStatus, useTestRun } from "../designer/panels/testRun";
import type { Trace } from "../designer/server";
import type { Json, Values } from "../flow/document";
import { CutValue } from "../history/CutValue";
import { valueQuery } from "../history/run";
import { text } from "../text";
import classes from "./Connectors.module.css";
import { type Action, cardQuery } from "./connectors";

const words = text.connectors;
/** It is a single card. */
const NO_LOOPS = {};

interface TryActionProps {
  connector: string;
  action: Action;
  onClose(): void;
}

/** Runs an action once, by a connection and with what is typed here; what it gave is shown. */
export function TryAction({ connector, action, onClose }: TryActionProps) {
  const card = useQuery(cardQuery(action.card));
  const connections = useQuery(connectionListQuery);
  const mine = connections.data?.filter((one) => one.connector === connector) ?? [];
  const error = card.error ?? connections.error;
  return (
    <Modal opened onClose={onClose} size="lg" title={words.tryTitle(action.title)}>
      <div className={classes.form}>
        <p className={classes.quiet}>{words.tryWhat}</p>
        {error ? <ProblemNote error={error} /> : null}
        {card.data && connections.data ? (
          mine.length > 0 ? (
            <Trial
              connector={connector}
              action={action}
              spec={card.data}
              connections={mine.map((one) => ({ value: one.id, label: one.name }))}
            />
          ) : (
            <p role="alert">{words.tryNoConnection}</p>
          )
        ) : error ? null : (
          <Waiting />
        )}
      </div>
    </Modal>
  );
}

interface TrialProps {
  connector: string;
  action: Action;
  spec: Spec;
  connections: { value: string; label: string }[];
}

function Trial({ connector, action, spec, connections }: TrialProps) {
  const [connection, setConnection] = useState(connections[0]?.value ?? "");
  const [options, setOptions] = useState<Values>({});
  const [typed, setTyped] = useState<Record<string, string>>({});
  const [sure, setSure] = useState(false);
  const [entry, setEntry] = useState<Trace | undefined>(undefined);
  const signature = signatureOf(spec, options);
  const effect = signature.effect?.effect ?? "read";
  const starting = useMutation({
    mutationFn: () => {
      const inputs: Values = {};
      for (const field of signature.inputs) {
        const value = readAs(typed[field.name] ?? "", field.type);
        if (value !== undefined) {
          inputs[field.name] = value;
        }
      }
      setEntry(undefined);
      const path = { connector, action: action.card.slice(connector.length + 1) };
      return data(
        api.POST("/api/v1/connectors/{connector}/actions/{action}/runs", {
          params: { path, header: { "idempotency-key": freshKey() } },
          body: { connection, inputs: inputs as never, options: options as never, confirm: sure },
        }),
      );
    },
  });
  const { run } = useTestRun(
    starting.data && { id: starting.data.id, flow: NO_LOOPS },
    (_, trace: readonly Trace[]) => {
      setEntry(trace.find((one) => one.card_id === "tried"));
    },
  );
  return (
    <>
      <NativeSelect
        label={words.tryConnection}
        data={connections}
        value={connection}
        onChange={(event) => setConnection(event.currentTarget.value)}
      />
      {spec.options.map((option) => (
        <Option
          key={option.name}
          option={option}
          value={options[option.name] ?? (option.default as Json)}
          onChange={(value) => setOptions({ ...options, [option.name]: value })}
        />
      ))}
      {signature.inputs.map((field) => (
        <TestField
          key={field.name}
          field={{
            title: `${field.title || field.name}${field.required ? ` (${words.required})` : ""}`,
            type: field.type,
          }}
          value={typed[field.name] ?? shownAs(field.default as Json, field.type)}
          onChange={(value) => setTyped((before) => ({ ...before, [field.name]: value }))}
        />
      ))}
      {effect !== "read" ? (
        <Checkbox
          label={words.trySure(words.effects[effect] ?? effect)}
          checked={sure}
          onChange={(event) => setSure(event.currentTarget.checked)}
        />
      ) : null}
      {signature.streams ? <p role="alert">{words.tryStreams}</p> : null}
      <Group>
        <Button
          disabled={(effect !== "read" && !sure) || signature.streams}
          loading={starting.isPending}
          onClick={() => starting.mutate()}
        >
          {words.tryRun}
        </Button>
        {run ? <TestStatus run={run} /> : null}
      </Group>
      {starting.error ? <ProblemNote error={starting.error} /> : null}
      <TestError run={run} />
      {entry?.outputs ? <Given entry={entry} outputs={signature.outputs} /> : null}
    </>
  );
}

interface GivenProps {
  entry: Trace;
  /** What it is declared to give: fields are shown by their titles. */
  outputs: readonly Pick<Field, "name" | "title">[];
}

/** What the action gave, field by field; what the server cut is read when somebody asks for it. */
export function Given({ entry, outputs }: GivenProps) {
  const titles = new Map(outputs.map((field) => [field.name, field.title || field.name]));
  return (
    <section aria-label={words.tryResult}>
      <h3 style={{ fontSize: 13, margin: "0 0 4px" }}>{words.tryResult}</h3>
      {Object.entries(entry.outputs as Values).map(([name, value]) => {
        const cut = entry.cut.find((one) => one.part === "outputs" && one.field === name);
        return (
          <div key={name}>
            <div className={classes.quiet}>{titles.get(name) ?? name}</div>
            {cut ? (
              <CutValue of={entry.card_id} cut={cut} whole={valueQuery(entry, cut)} />
            ) : (
              <Value value={value} label={titles.get(name) ?? name} />
            )}
          </div>
        );
      })}
    </section>
  );
}

interface OptionProps {
  option: Field;
  value: Json | undefined;
  onChange(value: Json): void;
}

function Option({ option, value, onChange }: OptionProps) {
  const title = option.title || option.name;
  const [typed, setTyped] = useState("");
  if (option.type === "boolean") {
    return (
      <Checkbox
        label={title}
        description={option.about}
        checked={value === true}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
    );
  }
  const choices = option.choices.map((choice) => ({
    value: JSON.stringify(choice.value),
    label: choice.label,
  }));
  return choices.length > 0 ? (
    <NativeSelect
      label={title}
      data={choices}
      value={JSON.stringify(value)}
      onChange={(event) => onChange(JSON.parse(event.currentTarget.value) as Json)}
    />
  ) : (
    <TestField
      field={{ title, type: option.type }}
      value={stands(typed, value, option.type) ? typed : shownAs(value, option.type)}
      onChange={(next) => {
        setTyped(next);
        onChange(readAs(next, option.type) ?? null);
      }}
    />
  );
}
