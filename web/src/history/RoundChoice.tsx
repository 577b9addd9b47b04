import { ActionIcon, NumberInput } from "@mantine/core";
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
  const last = count === null ? Number.MAX_SAFE_INTEGER : Math.max(count - 1, 0);
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
        value={round + 1}
        onChange={(value) => onRound(Math.min(Math.max((Number(value) || 1) - 1, 0), last))}
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
