import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, type UseQueryResult, useQuery } from "@tanstack/react-query";
import type { Schemas } from "../../api/client";
import type { Values } from "../../flow/document";
import { scheduleQuery } from "../../flow/scheduleTold";
import { kindOf } from "../logic/schedule";

const PAUSE_MS = 150;

export type Told = Schemas["SchedulePreview"];

/** What the server reads in the options, shortly after they were changed; meanwhile what it read in those before. */
export function useTold(options: Values): UseQueryResult<Told> {
  const [settled] = useDebouncedValue(options, PAUSE_MS);
  return useQuery({
    ...scheduleQuery(settled),
    enabled: kindOf(options) !== null,
    placeholderData: keepPreviousData,
  });
}
