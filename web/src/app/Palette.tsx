import { useDebouncedValue } from "@mantine/hooks";
import { Spotlight, type SpotlightActionData, type SpotlightActionGroupData } from "@mantine/spotlight";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { text } from "../text";
import { places } from "./navigation";
import { paletteSources } from "./paletteSources";
import classes from "./Shell.module.css";

/** The command palette: pages, and what the rooms of the app offer for what was typed. */
export function Palette() {
  const navigate = useNavigate();
  const [typed, setTyped] = useState("");
  const [wanted] = useDebouncedValue(typed.trim(), 150);
  const found = useQuery({
    queryKey: ["palette", wanted],
    queryFn: async () => (await Promise.all(paletteSources.map((source) => source(wanted)))).flat(),
    enabled: wanted.length > 1,
    placeholderData: (before) => before,
  });
  const pages: SpotlightActionData[] = places.map((place) => ({
    id: `page ${place.to}`,
    label: place.title,
    onClick: () => void navigate({ to: place.to }),
  }));
  const things = (wanted.length > 1 ? (found.data ?? []) : []).map((hit) => ({
    id: `${hit.group} ${hit.href}`,
    label: hit.title,
    description: hit.about,
    // the server has searched: nothing of its answer is left out here
    keywords: [typed],
    group: hit.group,
    onClick: () => void navigate({ href: hit.href }),
  }));
  const groups: SpotlightActionGroupData[] = [{ group: text.shell.palette.pages, actions: pages }];
  for (const group of new Set(things.map((thing) => thing.group))) {
    groups.push({ group, actions: things.filter((thing) => thing.group === group) });
  }
  return (
    <Spotlight
      actions={groups}
      query={typed}
      onQueryChange={setTyped}
      shortcut={["mod + K"]}
      highlightQuery
      scrollable
      maxHeight={420}
      nothingFound={text.shell.palette.nothing}
      title={text.shell.palette.open}
      classNames={{ header: classes.unseen }}
      searchProps={{ placeholder: text.shell.palette.placeholder, "aria-label": text.shell.palette.open }}
    />
  );
}
