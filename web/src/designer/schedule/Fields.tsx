import { useEffect, useState } from "react";
import type { Json } from "../../flow/document";
import { useDescribed } from "../fields/described";
import fields from "../fields/fields.module.css";
import { shownAs } from "../logic/literals";
import classes from "./schedule.module.css";

interface CountProps {
  label: string;
  value: Json | undefined;
  most: number;
  /** What is meant if it is left empty. */
  otherwise?: number | undefined;
  onChange(value: Json | undefined): void;
}

/** A whole number from 1; what was written otherwise stands as it is, until it is typed anew. */
export function CountField({ label, value, most, otherwise, onChange }: CountProps) {
  const isNumber = value === undefined || value === null || Number.isFinite(Number(value));
  return (
    <input
      className={`${fields.select} ${classes.count}`}
      aria-label={label}
      aria-describedby={useDescribed()}
      type={isNumber ? "number" : "text"}
      min={1}
      max={most}
      step={1}
      placeholder={otherwise === undefined ? undefined : String(otherwise)}
      value={value === undefined || value === null ? "" : shownAs(value, "text")}
      onChange={(event) => {
        const typed = event.currentTarget.value.trim();
        const number = Number(typed);
        onChange(typed === "" ? undefined : Number.isFinite(number) ? number : typed);
      }}
    />
  );
}

interface WhenProps {
  type: "time" | "datetime-local";
  label: string;
  value: Json | undefined;
  /** The value as the browser's field wants it; null if it is written in another way. */
  shown: string | null;
  onChange(value: Json | undefined): void;
}

/** A time, or a day and a time. As long as one is only half typed the one before counts. */
export function WhenField({ type, label, value, shown, onChange }: WhenProps) {
  const [half, setHalf] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another value is shown, whatever was half typed
  useEffect(() => setHalf(false), [value]);
  if (shown === null) {
    return (
      <input
        className={fields.select}
        aria-label={label}
        value={value === undefined || value === null ? "" : shownAs(value, "text")}
        onChange={(event) => onChange(event.currentTarget.value || undefined)}
      />
    );
  }
  return (
    <input
      className={fields.select}
      aria-label={label}
      type={type}
      value={half ? "" : shown}
      onChange={(event) => {
        const typed = event.currentTarget.value;
        setHalf(typed === "");
        if (typed !== "") {
          onChange(typed);
        }
      }}
      onBlur={() => setHalf(false)}
    />
  );
}
