import { useDebouncedValue } from "@mantine/hooks";
import { useDeferredValue, useRef } from "react";
import type { Flow } from "../flow/document";
import type { Timeline } from "./logic/timeline";

const PAUSE_MS = 150;

/**
 * The flow for all that stands around its cards: as it is once somebody makes a pause in typing, for a key press waits
 * for its own card alone. What is no typing (a card added, moved, taken back) is there at once.
 */
export function useSettled(line: Timeline<Flow>): Timeline<Flow> {
  const [paused] = useDebouncedValue(line, PAUSE_MS);
  const settled = useRef(line);
  if (line.key === null || paused === line) {
    settled.current = line;
  }
  return useDeferredValue(settled.current);
}
