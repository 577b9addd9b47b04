import { useDebouncedValue } from "@mantine/hooks";
import { Spotlight, type SpotlightActionData, type SpotlightActionGroupData } from "@mantine/spotlight";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { shownIn } from "../flows/shown";
import { text } from "../text";
import { places } from "./navigation";
import { type Offer, useOffers } from "./offers";
import { paletteSources } from "./paletteSources";
import classes from "./Shell.module.css";

/** What is made from wherever one is: its page opens the form. */
function useMakes(): Offer[] {
  const navigate = useNavigate();
  // in the folder that is open, if one is
  const inFlows = (make: "flow" | "folder") =>
    void navigate({ to: "/flows", search: (before) => shownIn({ ...before, make }) });
  return [
    { title: text.flows.create, run: () => inFlows("flow") },
    { title: text.flows.newFolder, run: () => inFlows("folder") },
    {
      title: text.tables.create,
      run: () => void navigate({ to: "/tables", search: { make: "table" } }),
    },
    {
      title: text.connections.add,
      run: () => void navigate({ to: "/connections", search: { make: "connection" } }),
    },
  ];
}

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
  const offers = useOffers();
  const makes = useMakes();
  const actions: SpotlightActionData[] = [...offers, ...makes].map(({ title, run }) => ({
    id: `action ${title}`,
    label: title,
    onClick: run,
  }));
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
  const groups: SpotlightActionGroupData[] = [
    { group: text.shell.palette.actions, actions },
    { group: text.shell.palette.pages, actions: pages },
  ];
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
