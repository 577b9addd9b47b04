import { Tabs } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import type { ReactNode } from "react";

interface PlaceTabsProps<T extends string> {
  /** In the order in which they stand; the first needs no word in the address. */
  tabs: readonly (readonly [name: T, title: string, panel: () => ReactNode])[];
}

/** Tabs of a page; the chosen one is in its address, for reloading, for a link, and for the way back. */
export function PlaceTabs<T extends string>({ tabs }: PlaceTabsProps<T>) {
  const { tab } = useSearch({ strict: false });
  const navigate = useNavigate();
  const first = tabs[0]?.[0];
  const chosen = tabs.some(([name]) => name === tab) ? tab : first;
  return (
    <Tabs
      value={chosen}
      keepMounted={false}
      onChange={(name) => {
        const to = name === first ? undefined : (name ?? undefined);
        void navigate({ to: ".", search: (before) => ({ ...before, tab: to }), resetScroll: false });
      }}
    >
      <Tabs.List mb="md">
        {tabs.map(([name, title]) => (
          <Tabs.Tab key={name} value={name}>
            {title}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {tabs.map(([name, , panel]) => (
        <Tabs.Panel key={name} value={name}>
          {name === chosen ? panel() : null}
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
