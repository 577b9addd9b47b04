import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { Call, Card } from "../../flow/document";
import { text } from "../../text";
import { type Found, useAround, useDesigner } from "../context";
import { FieldFrame } from "../fields/FieldFrame";
import classes from "../fields/fields.module.css";
import { ValueField } from "../fields/ValueField";
import type { Spec } from "../logic/signature";
import { isOpen, toggle, useNesting } from "../nesting";
import { interfaceQuery } from "../server";
import { put } from "../state";
import own from "./cards.module.css";

interface CallFieldProps {
  card: Card;
  spec: Spec;
  problems: readonly Found[];
}

/** The helper flow that a card calls, with what it is given; loops may have cards in place instead. */
export function CallField({ card, spec, problems }: CallFieldProps) {
  const api = useDesigner();
  const { helpers } = useAround();
  const call = card.call ?? null;
  function choose(flow: string) {
    const named = (id: string | undefined) => helpers.find((helper) => helper.id === id)?.name;
    api.editCard(card.id, (before) => {
      // a card that is called as its flow is called as the next one
      const follows = before.title !== undefined && before.title === named(before.call?.flow);
      const one = follows ? put(before, "title", named(flow)) : before;
      if (flow === "") {
        const { call: _, ...rest } = one;
        return spec.body ? { ...rest, do: one.do ?? [] } : rest;
      }
      const next: Card = { ...one, call: { ...one.call, flow } };
      return next.do?.length === 0 ? put(next, "do", undefined) : next;
    });
  }
  return (
    <>
      <FlowChoice
        title={spec.body ? text.designer.inPlace : text.designer.helper}
        none={spec.body ? text.designer.inPlaceOption : text.designer.chooseFlow}
        flow={call?.flow ?? ""}
        onChange={choose}
        problems={problems.filter((problem) => problem.field === "call" || problem.field === "flow")}
      />
      {call?.flow ? <HelperToggle card={card.id} helper={call.flow} /> : null}
      {call ? (
        <CallValues
          card={card.id}
          call={call}
          problems={problems}
          onChange={(next) => api.editCard(card.id, (one) => ({ ...one, call: next }), `call ${card.id}`)}
        />
      ) : null}
    </>
  );
}

/** Opens the helper flow beside its card, and closes it. */
function HelperToggle({ card, helper }: { card: string; helper: string }) {
  const nest = useNesting();
  const open = isOpen(nest, card, helper);
  if (nest.chain.includes(helper)) {
    return <p className={own.note}>{text.designer.helperAround}</p>;
  }
  return (
    <div className={own.helper}>
      <button
        type="button"
        className={classes.plain}
        aria-expanded={open}
        onClick={() => toggle(nest, card, helper)}
      >
        {open ? text.designer.helperShut : text.designer.helperCards}
      </button>
    </div>
  );
}

interface FlowChoiceProps {
  title: string;
  none: string;
  flow: string;
  onChange(flow: string): void;
  problems: readonly Found[];
}

/** A flow that can be called. */
export function FlowChoice({ title, none, flow, onChange, problems }: FlowChoiceProps) {
  const { helpers } = useAround();
  const known = helpers.some((helper) => helper.id === flow);
  return (
    <FieldFrame
      name="call"
      title={title}
      problems={problems}
      type={
        flow ? (
          <Link to="/flows/$flowId" params={{ flowId: flow }}>
            {text.designer.openFlow}
          </Link>
        ) : null
      }
    >
      <select
        className={classes.select}
        aria-label={title}
        value={flow}
        onChange={(event) => onChange(event.currentTarget.value)}
      >
        <option value="">{none}</option>
        {flow && !known ? <option value={flow}>{flow}</option> : null}
        {helpers.map((helper) => (
          <option key={helper.id} value={helper.id}>
            {helper.name}
          </option>
        ))}
      </select>
    </FieldFrame>
  );
}

interface CallValuesProps {
  card: string;
  call: Call;
  problems: readonly Found[];
  onChange(call: Call): void;
}

/** What a called flow is given: the fields of its event, and what is given under other names. */
export function CallValues({ card, call, problems, onChange }: CallValuesProps) {
  const fields = useQuery(interfaceQuery(call.flow)).data ?? [];
  const given = Object.keys(call.with ?? {}).filter((name) => !fields.some(([known]) => known === name));
  const every = [...fields, ...given.map((name) => [name, "any"] as [string, string])];
  return every.map(([name, type]) => (
    <ValueField
      key={name}
      card={card}
      field={{ name, type, title: "", about: "", choices: [], format: "plain" }}
      value={call.with?.[name]}
      problems={problems.filter((problem) => problem.field === name)}
      onChange={(value) => onChange({ ...call, with: put(call.with ?? {}, name, value) })}
    />
  ));
}
