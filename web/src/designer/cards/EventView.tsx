import { memo } from "react";
import type { FlowEvent, Values } from "../../flow/document";
import { FlowCard } from "../../flow/FlowCard";
import { EVENT } from "../../flow/layout";
import { SCHEDULE } from "../../flow/scheduleTold";
import { text } from "../../text";
import { type Found, useAround, useDesigner } from "../context";
import { FieldFrame } from "../fields/FieldFrame";
import classes from "../fields/fields.module.css";
import { NamedTypes } from "../fields/NamedValues";
import { ValueField } from "../fields/ValueField";
import { startedBy } from "../logic/newCard";
import { eventOutputs, type Spec } from "../logic/signature";
import { ScheduleForm } from "../schedule/ScheduleForm";
import { put } from "../state";
import own from "./cards.module.css";
import { Outputs } from "./Outputs";

interface EventViewProps {
  event: FlowEvent;
  spec: Spec | undefined;
  selected: boolean;
  problems: readonly Found[];
}

/** What starts the flow. */
export const EventView = memo(function EventView({ event, spec, selected, problems }: EventViewProps) {
  const api = useDesigner();
  const { specList, connections } = useAround();
  const title = event.title || spec?.title || event.card;
  const change = (by: (event: FlowEvent) => FlowEvent, key?: string) =>
    api.edit((flow) => ({ ...flow, event: by(flow.event) }), key);
  const changeOptions = (by: (options: Values) => Values, name?: string) =>
    change((one) => ({ ...one, options: by(one.options ?? {}) }), name && `event ${name}`);
  const of = (name: string) => problems.filter((problem) => problem.field === name);
  const mine = connections.filter((connection) => connection.connector === spec?.connector);

  const declared = eventOutputs({ ...event, outputs: {} }, spec);

  function choose(key: string) {
    const chosen = specList.find((one) => one.key === key);
    api.edit(({ about, ...flow }) => ({
      ...flow,
      ...startedBy({ ...flow, about }, chosen, spec, connections),
    }));
  }

  return (
    // biome-ignore lint/a11y/useSemanticElements: a card is a group of fields, and no fieldset of a form
    <div
      className={own.wrap}
      data-card={EVENT}
      role="group"
      aria-label={text.designer.eventLabel(title)}
      aria-current={selected}
      tabIndex={selected ? 0 : -1}
      onPointerDown={() => api.select(EVENT)}
      onFocus={() => api.select(EVENT)}
    >
      <FlowCard
        label={text.designer.eventLabel(title)}
        card={event.card.includes(".") ? event.card : "manual"}
        app={text.flow.event}
        kind={spec?.category}
        title={title}
        selected={selected}
      >
        {event.note ? <p className={own.note}>{event.note}</p> : null}
        <FieldFrame name="event" title={text.designer.event} problems={of("event")}>
          <select
            className={classes.select}
            aria-label={text.designer.event}
            value={event.card}
            onChange={(chosen) => choose(chosen.currentTarget.value)}
          >
            {spec ? null : <option value={event.card}>{event.card}</option>}
            {specList
              .filter((one) => one.kind === "event")
              .map((one) => (
                <option key={one.key} value={one.key}>
                  {one.connector ? `${one.category}: ${one.title}` : one.title}
                </option>
              ))}
          </select>
        </FieldFrame>
        {spec?.connector ? (
          <FieldFrame name="connection" title={text.designer.connection} problems={of("connection")}>
            <select
              className={classes.select}
              aria-label={text.designer.connection}
              value={event.connection ?? ""}
              onChange={(chosen) => {
                const connection = chosen.currentTarget.value || undefined;
                change((one) => put(one, "connection", connection));
              }}
            >
              <option value="">{text.designer.noConnection}</option>
              {mine.map((connection) => (
                <option key={connection.id} value={connection.id}>
                  {connection.name || connection.id}
                </option>
              ))}
            </select>
          </FieldFrame>
        ) : null}
        {spec && event.card === SCHEDULE ? (
          <ScheduleForm
            options={event.options ?? {}}
            spec={spec}
            problems={problems}
            onChange={changeOptions}
          />
        ) : (
          spec?.options.map((option) => (
            <ValueField
              key={option.name}
              card={EVENT}
              field={option}
              kind={text.designer.option}
              value={event.options?.[option.name]}
              onChange={(value) => changeOptions((options) => put(options, option.name, value), option.name)}
              problems={of(option.name)}
            />
          ))
        )}
        {spec?.free_outputs ? (
          <section className={own.outputs} aria-label={text.designer.outputs}>
            <NamedTypes
              root="event"
              types={event.outputs ?? {}}
              onChange={(outputs) => change((one) => ({ ...one, outputs }))}
            />
          </section>
        ) : null}
        <Outputs root="event" outputs={declared} />
      </FlowCard>
    </div>
  );
});
