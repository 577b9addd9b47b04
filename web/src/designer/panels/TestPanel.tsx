import { Button, Group, SegmentedControl } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { ProblemNote } from "../../components/ProblemNote";
import { type Card, type Flow, type Json, walk } from "../../flow/document";
import { text } from "../../text";
import { useAround } from "../context";
import type { Samples } from "../logic/scope";
import { eventOutputs } from "../logic/signature";
import { givenIn, type TestInput, type Typed, testInputs, typedFrom } from "../logic/testInputs";
import { type Against, lastEvent, type Trial } from "../server";
import { useSandbox } from "../useSandbox";
import classes from "./panels.module.css";
import { TryCard } from "./TryCard";
import { type OnTrace, TestField, TestResult, TestStatus, useTestRun } from "./testRun";

const words = text.designer;
/** So many fields that the flow does not use stand there with the others. */
const FEW = 3;

export interface TestPanelProps {
  flow: Flow;
  hasErrors: boolean;
  /** The card that is chosen, if one is. */
  card: Card | undefined;
  samples: Samples;
  /** Saves the draft and starts a run of it. */
  start(inputs: Record<string, Json>, against: Against): Promise<{ id: string }>;
  /** Saves the draft and starts a run of one of its cards. */
  startCard(trial: Trial): Promise<{ id: string }>;
  /** What the cards did so far. */
  onTrace: OnTrace;
  /** The same of a card that was tried alone. */
  onCardTrace: OnTrace;
}

/** Runs the draft, or one card of it alone, with chosen inputs; the cards show how it goes. */
export function TestPanel(props: TestPanelProps) {
  const { card, flow } = props;
  const [alone, setAlone] = useState(false);
  const [chosen, setAgainst] = useState<Against | null>(null);
  const sandbox = useSandbox();
  const acts = useMemo(() => [...walk(flow.cards)].some((one) => one.connection || one.call), [flow.cards]);
  // what acts in an app does so for real only if somebody says it
  const against = acts ? (chosen ?? (sandbox ? "sandbox" : null)) : "real";
  return (
    <div className={classes.stack} style={{ maxWidth: 720 }} data-own-undo>
      <Group gap="sm">
        <SegmentedControl
          aria-label={words.testWhich}
          value={alone ? "card" : "flow"}
          onChange={(which) => setAlone(which === "card")}
          data={[
            { value: "flow", label: words.testFlow },
            { value: "card", label: words.testCard },
          ]}
        />
        {acts ? (
          <SegmentedControl
            aria-label={words.testAgainst}
            value={against ?? ""}
            onChange={(where) => setAgainst(where as Against)}
            data={[
              { value: "sandbox", label: words.testSandbox },
              { value: "real", label: words.testReal },
            ]}
          />
        ) : null}
      </Group>
      {alone ? (
        card ? (
          <TryCard key={card.id} {...props} card={card} against={against} />
        ) : (
          <p className={classes.hint}>{words.testChoose}</p>
        )
      ) : (
        <TryFlow {...props} against={against} acts={acts} />
      )}
    </div>
  );
}

interface TryFlowProps extends TestPanelProps {
  /** What it acts on; null until it is known or chosen. */
  against: Against | null;
  /** Whether it uses a connection, or calls a flow that may. */
  acts: boolean;
}

function TryFlow({ flow, hasErrors, start, onTrace, against, acts }: TryFlowProps) {
  const spec = useAround().specs.get(flow.event.card);
  const inputs = testInputs(eventOutputs(flow.event, spec), flow);
  const unused = inputs.filter((input) => !input.used);
  const folded = unused.length > FEW && unused.length < inputs.length ? unused : [];
  const shown = inputs.filter((input) => !folded.includes(input));
  const [typed, setTyped] = useState<Typed>({});
  const starting = useMutation({
    mutationFn: async (where: Against) => ({ ...(await start(givenIn(inputs, typed), where)), flow }),
  });
  const taking = useMutation({
    mutationFn: () => lastEvent(flow.id, flow.event.card),
    onSuccess: (values) => {
      if (values) {
        setTyped(typedFrom(inputs, values));
      }
    },
  });
  const { run, ...rounds } = useTestRun(starting.data, onTrace);
  const field = (input: TestInput) => (
    <TestField
      key={input.key}
      field={input}
      used={input.used && unused.length > 0}
      value={typed[input.key] ?? ""}
      onChange={(value) => setTyped((before) => ({ ...before, [input.key]: value }))}
    />
  );
  return (
    <>
      <p className={classes.hint}>
        {against === null ? words.testAgainstFirst : null}
        {against === "sandbox" ? words.testSandboxWhat : null}
        {against === "real" ? (acts ? words.testWhat : words.testWhatPure) : null}
      </p>
      {flow.event.card === "schedule" ? <p className={classes.hint}>{words.testSchedule}</p> : null}
      {inputs.length === 0 ? <p className={classes.hint}>{words.testNoInputs}</p> : null}
      {inputs.length > 0 ? (
        <Group>
          <Button
            variant="default"
            size="compact-sm"
            loading={taking.isPending}
            onClick={() => taking.mutate()}
          >
            {words.testTake}
          </Button>
          {taking.data === null ? (
            <span className={classes.hint} role="status">
              {words.testTakeNone}
            </span>
          ) : null}
        </Group>
      ) : null}
      {taking.error ? <ProblemNote error={taking.error} /> : null}
      {shown.map(field)}
      {folded.length > 0 ? (
        <details>
          <summary>{words.testUnused(folded.length)}</summary>
          <div className={classes.stack}>{folded.map(field)}</div>
        </details>
      ) : null}
      <Group className={classes.run}>
        <Button
          disabled={hasErrors || against === null}
          loading={starting.isPending}
          onClick={() => against && starting.mutate(against)}
        >
          {words.testRun}
        </Button>
        {hasErrors ? <span className={classes.hint}>{words.testHasErrors}</span> : null}
        {run ? <TestStatus run={run} /> : null}
      </Group>
      {starting.error ? <ProblemNote error={starting.error} /> : null}
      <TestResult run={run} {...rounds} />
    </>
  );
}
