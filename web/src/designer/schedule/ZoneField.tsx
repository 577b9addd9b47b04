import { Select } from "@mantine/core";
import { useMemo, useState } from "react";
import type { Json } from "../../flow/document";
import { text } from "../../text";
import { isZoneFor, zonesFrom } from "../logic/schedule";

const words = text.schedule;
const MOST_SHOWN = 60;

interface ZoneFieldProps {
  label: string;
  zone: Json | undefined;
  onChange(zone: string): void;
}

/** A time zone, found by its city; the browser's own is the first. */
export function ZoneField({ label, zone, onChange }: ZoneFieldProps) {
  const [open, setOpen] = useState(false);
  const chosen = typeof zone === "string" && zone.trim() ? zone.trim() : "UTC";
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const data = useMemo(
    () =>
      zonesFrom(here, Intl.supportedValuesOf("timeZone"), chosen).map((one) => ({
        value: one,
        label: one === here ? words.zoneHere(one) : one,
      })),
    [here, chosen],
  );
  return (
    <Select
      aria-label={label}
      size="xs"
      searchable
      allowDeselect={false}
      limit={MOST_SHOWN}
      data={data}
      value={chosen}
      filter={({ options, search }) =>
        options.filter((option) => "label" in option && isZoneFor(option.label, search))
      }
      nothingFoundMessage={words.zoneNone}
      onChange={(picked) => {
        if (picked !== null) {
          onChange(picked);
        }
      }}
      onDropdownOpen={() => setOpen(true)}
      onDropdownClose={() => setOpen(false)}
      onKeyDown={(event) => {
        if (event.key === "Escape" && open) {
          event.stopPropagation(); // the list is closed, and the field is not left
        }
      }}
    />
  );
}
