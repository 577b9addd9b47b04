import { Button, Checkbox, Group } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ProblemNote } from "../../components/ProblemNote";
import { type Card, isFrame, type Json, type Values } from "../../flow/document";
import { text } from "../../text";
import { useAround } from "../context";
import { readAs, shownAs } from "../logic/literals";
import { resolved, tooLarge } from "../logic/resolve";
import { type Spec, signatureOf } from "../logic/signature";
import { type Against, interfaceQuery } from "../server";
import classes from "./panels.module.css";
import type { TestPanelProps } from "./TestPanel";
import { TestField, TestResult, TestStatus, useTestRun } from "./testRun";

const words = text.designer;

interface Given {
  /** Whether it is for the card, or for the helper flow that it calls. */
  part: "inputs" | "given";
  name: string;
  title: string;
  type: string;
  value: Json | undefined;
}

/** Runs one card alone; its fields begin with what the card says, with samples of the last run for references. */
export function TryCard({
  card,
  samples,
  startCard,
  onCardTrace,
  against,
}: Omit<TestPanelProps, "card"> & { card: Card; against: Against | null }) {
  const { specs, connections } = useAround();
  const spec = specs.get(card.card);
  const called = useQuery(interfaceQuery(card.call?.flow ?? "")).data ?? [];
  const fields = fieldsOf(card, spec, called);
  const [typed, setTyped] = useState<Record<string, string>>({});
  const [sure, setSure] = useState(false);
  const keyOf = (field: Given) => `${field.part} ${field.name}`;
  const shown = (field: Given) => typed[keyOf(field)] ?? shownAs(resolved(field.value, samples), field.type);
  const largeIn = (field: Given) =>
    typed[keyOf(field)] === undefined ? tooLarge(field.value, samples) : null;
  // a reference that nothing stands for would be sent as it is written
  const lacks = fields.some((field) => largeIn(field) !== null);
  const effect = spec ? signatureOf(spec, card.options).effect : null;
  const asks = against === "real" && ((effect !== null && effect.effect !== "read") || Boolean(card.call));
  const starting = useMutation({
    mutationFn: async (where: Against) => {
      const values: { inputs: Values; given: Values } = { inputs: {}, given: {} };
      for (const field of fields) {
        const value = readAs(shown(field), field.type);
        if (value !== undefined) {
          values[field.part][field.name] = value;
        }
      }
      const { id } = await startCard({ card: card.id, ...values, confirm: sure, against: where });
      return { id, flow: { cards: [card] } };
    },
  });
  const { run, ...rounds } = useTestRun(starting.data, onCardTrace);
  if (!spec || isFrame(card) || spec.rounds || signatureOf(spec, card.options).streams) {
    return <p className={classes.hint}>{words.testNotAlone}</p>;
  }
  const connection = connections.find((one) => one.id === card.connection)?.name ?? card.connection;
  return (
    <>
      <p className={classes.hint}>
        {words.testCardWhat(card.title || spec.title)} {against === "sandbox" ? words.testSandboxWhat : ""}
        {against === null ? words.testAgainstFirst : ""}
      </p>
      {fields.length === 0 ? <p className={classes.hint}>{words.testNoInputs}</p> : null}
      {fields.map((field) => (
        <TestField
          key={keyOf(field)}
          field={field}
          value={shown(field)}
          large={largeIn(field)}
          onChange={(value) => setTyped((before) => ({ ...before, [keyOf(field)]: value }))}
        />
      ))}
      {asks ? (
        <Checkbox
          label={words.testActs(words.effects[effect?.effect ?? ""] ?? words.testActsCall, connection ?? "")}
          checked={sure}
          onChange={(event) => setSure(event.currentTarget.checked)}
        />
      ) : null}
      <Group className={classes.run}>
        <Button
          disabled={lacks || against === null || (asks && !sure)}
          loading={starting.isPending}
          onClick={() => against && starting.mutate(against)}
        >
          {words.testCardRun}
        </Button>
        {run ? <TestStatus run={run} /> : null}
      </Group>
      {starting.error ? <ProblemNote error={starting.error} /> : null}
      <TestResult run={run} {...rounds} />
    </>
  );
}

/** What a card can be given: its declared inputs, those of the author, those of the flow that it calls. */
function fieldsOf(card: Card, spec: Spec | undefined, called: readonly [string, string][]): Given[] {
  const declared = spec ? signatureOf(spec, card.options).inputs : [];
  const names = new Set(declared.map((field) => field.name));
  const fields: Given[] = declared.map((field) => ({
    part: "inputs",
    name: field.name,
    title: field.title || field.name,
    type: field.format === "condition" ? "object" : field.type,
    value: card.inputs?.[field.name],
  }));
  for (const [name, value] of Object.entries(card.inputs ?? {})) {
    if (!names.has(name)) {
      fields.push({ part: "inputs", name, title: name, type: card.outputs?.[name] ?? "any", value });
    }
  }
  const types = new Map(called);
  for (const name of new Set([...types.keys(), ...Object.keys(card.call?.with ?? {})])) {
    const type = types.get(name) ?? "any";
    fields.push({ part: "given", name, title: name, type, value: card.call?.with?.[name] });
  }
  return fields;
}
