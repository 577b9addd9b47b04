import { useRef } from "react";
import type { Json, Values } from "../../flow/document";
import face from "../../flow/FlowCard.module.css";
import { text } from "../../text";
import type { Found } from "../context";
import { FieldFrame } from "../fields/FieldFrame";
import fields from "../fields/fields.module.css";
import { shownAs } from "../logic/literals";
import {
  asDateTime,
  asTime,
  daysOf,
  type Kind,
  kindOf,
  leftOverOptions,
  matters,
  ofKind,
  toggled,
  UNITS,
  WEEKDAYS,
  type Weekday,
} from "../logic/schedule";
import type { Spec } from "../logic/signature";
import { put } from "../state";
import { CountField, WhenField } from "./Fields";
import classes from "./schedule.module.css";
import { Times } from "./Times";
import { type Told, useTold } from "./told";
import { ZoneField } from "./ZoneField";

const words = text.schedule;
/** The longest interval that the server takes. */
const MOST_EVERY = 10_000;

interface ScheduleFormProps {
  options: Values;
  spec: Spec;
  problems: readonly Found[];
  onChange(by: (options: Values) => Values, key?: string): void;
}

/** When a schedule is due: it is said in a sentence, chosen in fields, and shown in its next times. */
export function ScheduleForm({ options, spec, problems, onChange }: ScheduleFormProps) {
  const told = useTold(options);
  const kind = kindOf(options);
  const set: Set = (name, value) => onChange((now) => put(now, name, value), name);
  const parts = { options, told: told.data, problems, set };
  return (
    <>
      <Often {...parts} onChange={onChange} />
      {kind === "cron" ? <Cron {...parts} /> : null}
      {matters("weekdays", kind) ? <Days {...parts} /> : null}
      {matters("day", kind) ? (
        <FieldFrame name="day" title={words.day} about={words.dayHint} problems={of(problems, "day")}>
          <CountField
            label={words.day}
            value={options.day}
            most={31}
            otherwise={told.data?.interval?.day}
            onChange={(day) => set("day", day)}
          />
        </FieldFrame>
      ) : null}
      {matters("at", kind) ? (
        <FieldFrame name="at" title={words.at} problems={of(problems, "at")}>
          <WhenField
            type="time"
            label={words.at}
            value={options.at}
            shown={asTime(options.at ?? told.data?.interval?.at)}
            onChange={(at) => set("at", at)}
          />
        </FieldFrame>
      ) : null}
      {kind ? (
        <FieldFrame name="zone" title={words.zone} problems={of(problems, "zone")}>
          <ZoneField label={words.zone} zone={options.zone} onChange={(zone) => set("zone", zone)} />
        </FieldFrame>
      ) : null}
      {kind ? <Bounds {...parts} /> : null}
      <LeftOvers {...parts} spec={spec} />
      {of(problems, "options").map((problem) => (
        <p key={problem.code} className={`${fields.error} ${classes.line}`}>
          {problem.what} {problem.mend}
        </p>
      ))}
      {/* below the fields: what the server tells comes late, and must not move a day from under the pointer */}
      {told.data?.words && !told.isError ? <p className={face.says}>{told.data.words}</p> : null}
      {kind ? <Times told={told} zone={options.zone} /> : null}
    </>
  );
}

type Set = (name: string, value: Json | undefined) => void;

interface PartProps {
  options: Values;
  told: Told | undefined;
  problems: readonly Found[];
  set: Set;
}

function of(problems: readonly Found[], ...names: string[]): readonly Found[] {
  return problems.filter((problem) => names.includes(problem.field ?? ""));
}

/** "every 2 weeks", or by cron text. */
function Often({ options, told, problems, set, onChange }: PartProps & Pick<ScheduleFormProps, "onChange">) {
  const before = useRef<Values>({});
  const kind = kindOf(options);
  const odd = kind === null && typeof options.unit === "string" ? options.unit : null;
  const many = options.every !== undefined && Number(options.every) !== 1;
  // Once a unit is chosen it is none that is missing or unknown: said any longer, it would go when the next field is
  // pressed, and move that from under the pointer.
  const flawed = kind === null || kind === "cron" ? ["unit", "every"] : ["every"];

  function choose(chosen: Kind) {
    before.current = { ...before.current, ...options };
    const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
    onChange((now) => ofKind(now, chosen, before.current, here));
  }
  return (
    <FieldFrame name="unit" title={words.often} problems={of(problems, ...flawed)}>
      <div className={classes.often} data-field="every">
        {kind && kind !== "cron" ? (
          <>
            <span>{words.every}</span>
            <CountField
              label={words.lengthOf}
              value={options.every}
              most={MOST_EVERY}
              otherwise={told?.interval?.every ?? 1}
              onChange={(every) => set("every", every)}
            />
          </>
        ) : null}
        <select
          className={fields.select}
          aria-label={words.often}
          value={kind ?? odd ?? ""}
          onChange={(event) => choose(event.currentTarget.value as Kind)}
        >
          {kind === null ? <option value={odd ?? ""}>{odd ?? text.designer.choose}</option> : null}
          {UNITS.map((unit) => (
            <option key={unit} value={unit}>
              {words.units[unit](many || kind === null || kind === "cron")}
            </option>
          ))}
          <option value="cron">{words.byCron}</option>
        </select>
      </div>
    </FieldFrame>
  );
}

function Cron({ options, problems, set }: PartProps) {
  const value = options.cron ?? "";
  return (
    <FieldFrame name="cron" title={words.cron} problems={of(problems, "cron")}>
      <input
        className={`${fields.select} ${fields.mono}`}
        aria-label={words.cron}
        aria-describedby="cron-hint"
        spellCheck={false}
        value={typeof value === "string" ? value : shownAs(value, "text")}
        onChange={(event) => set("cron", event.currentTarget.value)}
      />
      <p id="cron-hint" className={classes.hint}>
        {words.cronHint}
      </p>
    </FieldFrame>
  );
}

/** The days of a week, each a switch. */
function Days({ options, told, problems, set }: PartProps) {
  const days = daysOf(options.weekdays, told?.interval?.weekdays ?? []);
  const only = (day: Weekday) => days.length === 1 && days[0] === day;
  return (
    <FieldFrame name="weekdays" title={words.weekdays} problems={of(problems, "weekdays")}>
      <fieldset className={classes.days} aria-label={words.weekdays}>
        {WEEKDAYS.map((day) => (
          <button
            key={day}
            type="button"
            className={classes.day}
            aria-pressed={days.includes(day)}
            aria-disabled={only(day)}
            title={only(day) ? words.oneDay : undefined}
            onClick={() => set("weekdays", toggled(days, day))}
          >
            {words.days[day]}
          </button>
        ))}
      </fieldset>
    </FieldFrame>
  );
}

/** From when and until when, where somebody wants to say so. */
function Bounds({ options, problems, set }: PartProps) {
  const there = (["start", "end"] as const).filter((name) => options[name] !== undefined);
  const missing = (["start", "end"] as const).filter((name) => options[name] === undefined);
  return (
    <>
      {there.map((name) => (
        <FieldFrame
          key={name}
          name={name}
          title={words[name]}
          problems={of(problems, name)}
          onRemove={() => set(name, undefined)}
        >
          <WhenField
            type="datetime-local"
            label={words[name]}
            value={options[name]}
            shown={asDateTime(options[name])}
            onChange={(value) => set(name, value)}
          />
        </FieldFrame>
      ))}
      <div className={classes.line}>
        {missing.map((name) => (
          <button
            key={name}
            type="button"
            className={fields.plain}
            onClick={() => set(name, tomorrow(name === "start" ? 1 : 365))}
          >
            + {words[name]}
          </button>
        ))}
      </div>
    </>
  );
}

/** A day to begin with in a field: so many from now, at midnight of the schedule's zone. */
function tomorrow(days: number): string {
  const day = new Date();
  day.setDate(day.getDate() + days);
  const two = (number: number) => String(number).padStart(2, "0");
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}T00:00`;
}

/** What means nothing with what is chosen: a file may have it. It can be seen, and taken away. */
function LeftOvers({ options, problems, spec, set }: PartProps & { spec: Spec }) {
  return leftOverOptions(options).map((name) => {
    const option = spec.options.find((one) => one.name === name);
    return (
      <FieldFrame
        key={name}
        name={name}
        title={option?.title || name}
        type={text.designer.leftOver}
        problems={of(problems, name)}
        onRemove={() => set(name, undefined)}
      >
        <span className={fields.chosen}>{shownAs(options[name], "any")}</span>
      </FieldFrame>
    );
  });
}
