import { Fragment, useState } from "react";
import type { Card, Values } from "../../flow/document";
import { text } from "../../text";
import { type Found, useAround, useDesigner } from "../context";
import { FieldFrame } from "../fields/FieldFrame";
import classes from "../fields/fields.module.css";
import { NamedValues } from "../fields/NamedValues";
import { ObjectField } from "../fields/ObjectField";
import { useShownOnce } from "../fields/shownOnce";
import { ValueField } from "../fields/ValueField";
import { loadingOf } from "../logic/loading";
import { type Field, groupsOf, type Spec, signatureOf } from "../logic/signature";
import { put } from "../state";
import { CallField } from "./CallField";
import { LeftOvers } from "./LeftOvers";

const FEW = 6;

interface CardBodyProps {
  card: Card;
  spec: Spec;
  problems: readonly Found[];
}

/** The fields of a card: connection, options, inputs, values under free names, the flow that it calls. */
export function CardBody({ card, spec, problems }: CardBodyProps) {
  const api = useDesigner();
  const { inputs, streams } = signatureOf(spec, card.options);
  const [all, setAll] = useState(false);
  const declared = new Set(inputs.map((field) => field.name));
  const free = Object.fromEntries(Object.entries(card.inputs ?? {}).filter(([name]) => !declared.has(name)));
  const once = useShownOnce(
    inputs.filter((field) => matters(field, card, problems)).map((field) => field.name),
  );
  const shown =
    all || inputs.length <= FEW ? inputs : inputs.filter((field) => once.shown.includes(field.name));
  const rest = inputs.length - shown.length;

  function setInput(name: string, value: Values[string] | undefined) {
    const by = (one: Card) => ({ ...one, inputs: put(one.inputs ?? {}, name, value) });
    api.editCard(card.id, by, `input ${card.id} ${name}`);
  }
  function setOption(name: string, value: Values[string] | undefined) {
    api.editCard(card.id, (one) => ({ ...one, options: put(one.options ?? {}, name, value) }));
  }
  const of = (name: string) => problems.filter((problem) => problem.field === name);

  return (
    <>
      {spec.connector !== null ? (
        <ConnectionField card={card} spec={spec} problems={of("connection")} />
      ) : null}
      {spec.options.map((option) => (
        <ValueField
          key={option.name}
          card={card.id}
          field={option}
          kind={text.designer.option}
          loading={loadingOf(card, option)}
          value={card.options?.[option.name]}
          onChange={(value) => setOption(option.name, value)}
          problems={of(option.name)}
        />
      ))}
      {groupsOf(shown).map(({ group, fields }) => (
        <Fragment key={group}>
          {group && !saysItself(group, fields) ? <h3 className={classes.heading}>{group}</h3> : null}
          {fields.map((field) => (
            <InputField
              key={field.name}
              card={card}
              field={field}
              inputs={inputs}
              onChange={(value) => setInput(field.name, value)}
              problems={problems}
            />
          ))}
        </Fragment>
      ))}
      {rest > 0 ? (
        <button
          type="button"
          className={classes.plain}
          style={{ margin: "2px 6px 6px" }}
          onClick={() => setAll(true)}
        >
          {text.designer.fieldsMore(rest)}
        </button>
      ) : null}
      {spec.free_inputs ? (
        <NamedValues
          card={card.id}
          values={free}
          gives={spec.free_outputs ? card.id : undefined}
          problems={problems}
          types={spec.free_outputs ? (card.outputs ?? {}) : undefined}
          onTypes={
            spec.free_outputs ? (outputs) => api.editCard(card.id, (one) => ({ ...one, outputs })) : undefined
          }
          onChange={(values) =>
            api.editCard(
              card.id,
              (one) => {
                const kept = Object.entries(one.inputs ?? {}).filter(([name]) => declared.has(name));
                return { ...one, inputs: { ...Object.fromEntries(kept), ...values } };
              },
              `free ${card.id}`,
            )
          }
        />
      ) : null}
      <LeftOvers card={card} spec={spec} problems={problems} />
      {spec.calls || streams ? <CallField card={card} spec={spec} problems={problems} /> : null}
    </>
  );
}

/** Whether a group is one object that has the same name. */
function saysItself(group: string, fields: readonly Field[]): boolean {
  const [only] = fields;
  return fields.length === 1 && only?.type === "object" && only.title === group;
}

interface InputFieldProps {
  card: Card;
  field: Field;
  inputs: readonly Field[];
  onChange(value: Values[string] | undefined): void;
  problems: readonly Found[];
}

/** One input: an object of known fields has them one by one. */
function InputField({ card, field, inputs, onChange, problems }: InputFieldProps) {
  const value = card.inputs?.[field.name];
  const mine = problems.filter((problem) => problem.field === field.name);
  return field.fields.length > 0 || field.fields_from || field.format === "row_values" ? (
    <ObjectField {...{ card, field, inputs, value, onChange }} problems={mine} all={problems} />
  ) : (
    <ValueField
      card={card.id}
      field={field}
      loading={loadingOf(card, field, { inputs })}
      value={value}
      onChange={onChange}
      problems={mine}
    />
  );
}

/** Fields that are needed, filled, or wrong; the others wait behind a button. */
function matters(field: Field, card: Card, problems: readonly Found[]): boolean {
  return (
    field.required ||
    card.inputs?.[field.name] !== undefined ||
    problems.some((problem) => problem.field === field.name || problem.path.includes(field.name))
  );
}

function ConnectionField({ card, spec, problems }: CardBodyProps) {
  const api = useDesigner();
  const mine = useAround().connections.filter((connection) => connection.connector === spec.connector);
  const known = mine.some((connection) => connection.id === card.connection);
  return (
    <FieldFrame name="connection" title={text.designer.connection} problems={problems}>
      <select
        className={classes.select}
        aria-label={text.designer.connection}
        value={card.connection ?? ""}
        onChange={(event) => {
          const connection = event.currentTarget.value || undefined;
          api.editCard(card.id, (one) => put(one, "connection", connection));
        }}
      >
        <option value="">{text.designer.noConnection}</option>
        {card.connection && !known ? <option value={card.connection}>{card.connection}</option> : null}
        {mine.map((connection) => (
          <option key={connection.id} value={connection.id}>
            {connection.name || connection.id}
          </option>
        ))}
      </select>
    </FieldFrame>
  );
}
