import { Button, Group, NativeSelect, NumberInput, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { copyText } from "../../components/copyText";
import type { Card, OnError } from "../../flow/document";
import { text } from "../../text";
import { CallValues, FlowChoice } from "../cards/CallField";
import { type Found, ON_ERROR, useAround, useDesigner } from "../context";
import { NamedValues } from "../fields/NamedValues";
import { put } from "../state";
import type { Commands } from "../useKeyboard";
import { Examples } from "./Examples";
import classes from "./panels.module.css";

const words = text.designer.settings;
const ends = ["halt", "return", "call", "continue"] as const;

/** What can be done with the cards that are chosen, one or several. */
function Acts({ commands, deleting }: { commands: Commands; deleting: string }) {
  const acts: [string, () => void][] = [
    [words.moveLeft, () => commands.move(-1)],
    [words.moveRight, () => commands.move(1)],
    [words.copy, () => void copyText(commands.copy() ?? "")],
    [words.duplicate, commands.duplicate],
    [deleting, commands.remove],
  ];
  return (
    <Group gap="xs">
      {acts.map(([what, act]) => (
        <Button key={what} size="xs" variant="default" onClick={act}>
          {what}
        </Button>
      ))}
    </Group>
  );
}

/** Beside the cards while several are chosen. */
export function ChosenCards({ count, commands }: { count: number; commands: Commands }) {
  return (
    <div className={classes.stack}>
      <h3 className={classes.group}>{text.designer.chosen(count)}</h3>
      <Acts commands={commands} deleting={text.designer.deleteChosen(count)} />
      <p className={classes.hint}>{text.designer.chosenHint}</p>
    </div>
  );
}

const none: readonly Found[] = [];

interface CardSettingsProps {
  card: Card;
  /** All that is said of the card. */
  problems: readonly Found[] | undefined;
  commands: Commands;
}

/** What a card does when it fails, and what can be done with it. */
export function CardSettings({ card, problems = none, commands }: CardSettingsProps) {
  const api = useDesigner();
  const spec = useAround().specs.get(card.card);
  return (
    <div className={classes.stack}>
      <Acts commands={commands} deleting={words.delete} />
      {spec ? <p className={classes.hint}>{spec.summary}</p> : null}
      {spec ? <Examples spec={spec} /> : null}
      <ErrorSettings
        card={card}
        effect={spec?.kind === "effect"}
        problems={problems.filter((problem) => problem.path.includes(ON_ERROR))}
      />
      <Textarea
        label={words.note}
        description={words.noteHint}
        dir="auto"
        autosize
        minRows={2}
        value={card.note ?? ""}
        onChange={(event) => {
          const note = event.currentTarget.value || null;
          api.editCard(card.id, (one) => ({ ...one, note }), `note ${card.id}`);
        }}
      />
      <TextInput label={words.id} description={words.idHint} value={card.id} readOnly />
    </div>
  );
}

interface ErrorSettingsProps {
  card: Card;
  effect: boolean;
  problems: readonly Found[];
}

function ErrorSettings({ card, effect, problems }: ErrorSettingsProps) {
  const api = useDesigner();
  const error = card.on_error ?? {};
  const retry = error.retry ?? null;
  /** The field is marked, says what is wrong with it, and is found by its name. */
  const field = (name: string) => {
    const said = problems.filter((problem) => problem.field === name);
    const wrong = said.map(({ what, mend }) => `${what} ${mend}`).join(" ");
    return { "data-setting": name, error: wrong || undefined };
  };
  function change(next: OnError) {
    const empty = Object.keys(next).length === 0;
    api.editCard(card.id, (one) => put(one, "on_error", empty ? undefined : next), `error ${card.id}`);
  }
  return (
    <fieldset
      style={{
        display: "grid",
        gap: 10,
        margin: 0,
        padding: 10,
        border: "1px solid var(--line)",
        borderRadius: 8,
      }}
    >
      <legend style={{ padding: "0 4px", fontWeight: 650 }}>{words.errors}</legend>
      {effect ? (
        <>
          <NumberInput
            {...field("times")}
            label={words.retryTimes}
            description={words.retryTimesHint}
            min={0}
            max={20}
            allowDecimal={false}
            allowNegative={false}
            clampBehavior="strict"
            value={retry?.times ?? 0}
            onChange={(times) => {
              const count = Number(times);
              change(put(error, "retry", count > 0 ? { ...retry, times: count } : undefined));
            }}
          />
          {retry ? (
            <>
              <TextInput
                {...field("wait")}
                label={words.retryWait}
                description={words.retryWaitHint}
                placeholder="1s..30s"
                value={retry.wait ?? ""}
                onChange={(event) =>
                  change({ ...error, retry: put(retry, "wait", event.currentTarget.value || undefined) })
                }
              />
              <Statuses
                {...field("on")}
                on={retry.on}
                onChange={(on) => change({ ...error, retry: put(retry, "on", on) })}
              />
            </>
          ) : null}
          <NativeSelect
            label={words.unknown}
            value={error.unknown ?? "ask"}
            onChange={(event) =>
              change(put(error, "unknown", event.currentTarget.value === "repeat" ? "repeat" : undefined))
            }
            data={[
              { value: "ask", label: words.ask },
              { value: "repeat", label: words.repeat },
            ]}
          />
        </>
      ) : null}
      <NativeSelect
        label={words.after}
        value={error.then ?? "halt"}
        onChange={(event) => {
          const then = event.currentTarget.value as (typeof ends)[number];
          change(put(error, "then", then === "halt" ? undefined : then));
        }}
        data={ends.map((value) => ({ value, label: words[value] }))}
      />
      {error.then === "return" || error.then === "continue" ? (
        <div>
          <span className={classes.hint}>{words.values}</span>
          <NamedValues
            card={card.id}
            gives={error.then === "continue" ? card.id : undefined}
            values={error.values ?? {}}
            problems={problems}
            onChange={(values) =>
              change(put(error, "values", Object.keys(values).length > 0 ? values : undefined))
            }
          />
        </div>
      ) : null}
      {error.then === "call" ? (
        <FlowChoice
          title={words.flow}
          none={text.designer.chooseFlow}
          flow={error.call?.flow ?? ""}
          problems={problems.filter((problem) => ["call", "flow"].includes(problem.field ?? ""))}
          onChange={(flow) => change(put(error, "call", flow ? { ...error.call, flow } : undefined))}
        />
      ) : null}
      {error.then === "call" && error.call?.flow ? (
        <CallValues
          card={card.id}
          call={error.call}
          problems={problems}
          onChange={(call) => change({ ...error, call })}
        />
      ) : null}
    </fieldset>
  );
}

interface StatusesProps {
  "data-setting": string;
  error: string | undefined;
  on: (number | string)[] | undefined;
  onChange(on: (number | string)[] | undefined): void;
}

/** Statuses as words with commas; numbers become numbers. What is typed stands as it is until one leaves it. */
function Statuses({ on, onChange, ...field }: StatusesProps) {
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <TextInput
      {...field}
      label={words.retryOn}
      description={words.retryOnHint}
      placeholder="429, 503"
      value={typed ?? (on ?? []).join(", ")}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        const said = event.currentTarget.value.split(/[\s,]+/).filter(Boolean);
        onChange(said.length > 0 ? said.map((one) => (/^\d+$/.test(one) ? Number(one) : one)) : undefined);
      }}
      onBlur={() => setTyped(null)}
    />
  );
}
