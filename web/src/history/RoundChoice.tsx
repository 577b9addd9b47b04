import { ActionIcon, NumberInput } from "@mantine/core";
import { useState } from "react";
import { text } from "../text";
import classes from "./RunPage.module.css";

interface RoundChoiceProps {
  title: string;
  /** How many rounds there are; null if that is not known. */
  count: number | null;
  round: number;
  onRound: (round: number) => void;
}

/** Which round of a loop is looked at. */
export function RoundChoice({ title, count, round, onRound }: RoundChoiceProps) {
  const last = count === null ? Number.MAX_SAFE_INTEGER - 1 : Math.max(count - 1, 0);
  const [typed, setTyped] = useState<number | string | null>(null);
  if (count === 0) {
    return <span className={classes.round}>{text.run.noRounds}</span>;
  }
  return (
    <span className={classes.round}>
      <ActionIcon
        variant="default"
        size="sm"
        aria-label={text.run.previousRound}
        disabled={round <= 0}
        onClick={() => onRound(round - 1)}
      >
        ‹
      </ActionIcon>
      <NumberInput
        size="xs"
        w={64}
        hideControls
        aria-label={text.run.roundOf(title)}
        min={1}
        max={last + 1}
        clampBehavior="strict"
        allowDecimal={false}
        allowNegative={false}
        allowLeadingZeros={false}
        value={typed ?? round + 1}
        onChange={(value) => {
          // a field that was emptied waits for a number, and the round stays
          setTyped(value);
          if (typeof value === "number") {
            onRound(value - 1);
          }
        }}
        onBlur={() => setTyped(null)}
      />
      <ActionIcon
        variant="default"
        size="sm"
        aria-label={text.run.nextRound}
        disabled={round >= last}
        onClick={() => onRound(round + 1)}
      >
        ›
      </ActionIcon>
      {count === null ? null : text.run.ofRounds(count)}
    </span>
  );
}
