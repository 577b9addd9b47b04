import { Highlight } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { Spotlight } from "@mantine/spotlight";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { shownIn } from "../flows/shown";
import { text } from "../text";
import { places } from "./navigation";
import { type Offer, useOffers } from "./offers";
import { type Hit, paletteSources } from "./paletteSources";
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

/** Something that can be chosen. */
interface Choice {
  id: string;
  group: string;
  label: string;
  description?: string | undefined;
  run(): void;
}

/** What there is for what was typed; ``late`` while the server still looks. */
function useChoices(typed: string): { choices: Choice[]; late: boolean } {
  const navigate = useNavigate();
  const words = typed.trim();
  const [wanted] = useDebouncedValue(words, 150);
  const asked = wanted.length > 1;
  const found = useQuery({
    queryKey: ["palette", wanted],
    queryFn: async () => (await Promise.all(paletteSources.map((source) => source(wanted)))).flat(),
    enabled: asked,
    placeholderData: (before) => before,
  });
  const offers = useOffers();
  const makes = useMakes();
  const here: Choice[] = [
    ...[...offers, ...makes].map(({ title, run }) => ({
      id: `action ${title}`,
      group: text.shell.palette.actions,
      label: title,
      run,
    })),
    ...places.map((place) => ({
      id: `page ${place.to}`,
      group: text.shell.palette.pages,
      label: place.title,
      run: () => void navigate({ to: place.to }),
    })),
  ];
  // the server has searched: nothing of its answer is left out here
  const there: Choice[] = titlesFirst(words.length > 1 && asked ? (found.data ?? []) : [], words).map(
    (hit) => ({
      id: `${hit.group} ${hit.href}`,
      group: hit.group,
      label: hit.title,
      description: hit.about,
      run: () => void navigate({ href: hit.href }),
    }),
  );
  const fitting = here.filter((one) => one.label.toLowerCase().includes(words.toLowerCase()));
  const late = words.length > 1 && (words !== wanted || found.isPlaceholderData || found.isLoading);
  return { choices: [...fitting, ...there], late };
}

/** The command palette: pages, and what the rooms of the app offer for what was typed. */
export function Palette() {
  const [typed, setTyped] = useState("");
  return (
    <Spotlight.Root
      query={typed}
      onQueryChange={setTyped}
      shortcut={["mod + K"]}
      // also right after it was closed, while its field still has the keyboard
      tagsToIgnore={[]}
      transitionProps={{ duration: 0 }}
      scrollable
      maxHeight={420}
      title={text.shell.palette.open}
      classNames={{ header: classes.unseen }}
    >
      <Finder typed={typed} />
    </Spotlight.Root>
  );
}

/** The field and what is found: the first is chosen, also of what comes later, until the arrows choose another one. */
function Finder({ typed }: { typed: string }) {
  const { choices, late } = useChoices(typed);
  const [moved, setMoved] = useState<{ typed: string; id: string } | null>(null);
  const [entered, setEntered] = useState<string | null>(null);
  const id = useId();
  const at = Math.max(
    moved?.typed === typed ? choices.findIndex((one) => one.id === moved.id) : 0,
    choices.length > 0 ? 0 : -1,
  );
  const chosen = choices[at];
  const own = `${id}-${at}`;

  const take = (choice: Choice) => {
    Spotlight.close();
    choice.run();
  };
  // what was found for other words is not what Enter was pressed for
  const waits = late && !(chosen && (moved?.typed === typed || isHere(chosen)));
  const ready = entered === typed && !waits ? chosen : undefined;
  const taking = useRef(take);
  taking.current = take;
  useEffect(() => {
    if (ready) {
      setEntered(null);
      taking.current(ready);
    }
  }, [ready]);

  function pressed(event: KeyboardEvent) {
    const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    const next = by === 0 ? undefined : choices[(at + by + choices.length) % choices.length];
    if (by !== 0) {
      event.preventDefault();
    }
    if (next) {
      setMoved({ typed, id: next.id });
      document.getElementById(`${id}-${choices.indexOf(next)}`)?.scrollIntoView({ block: "nearest" });
    }
    if (event.key === "Enter" && !event.nativeEvent.isComposing) {
      event.preventDefault();
      setEntered(typed);
    }
  }
  return (
    <>
      <Spotlight.Search
        placeholder={text.shell.palette.placeholder}
        aria-label={text.shell.palette.open}
        role="combobox"
        aria-expanded={choices.length > 0}
        aria-controls={`${id}-list`}
        aria-activedescendant={chosen ? own : undefined}
        onKeyDown={pressed}
      />
      <div id={`${id}-list`} role="listbox" aria-label={text.shell.palette.list} className={classes.found}>
        {groupsOf(choices).map((group) => (
          // biome-ignore lint/a11y/useSemanticElements: a group of options, and no fieldset of a form
          <div key={group} role="group" aria-label={group}>
            <p className={classes.group} aria-hidden>
              {group}
            </p>
            {choices
              .filter((one) => one.group === group)
              .map((one) => (
                // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard chooses in the box above
                <div
                  key={one.id}
                  id={`${id}-${choices.indexOf(one)}`}
                  role="option"
                  aria-selected={one === chosen}
                  tabIndex={-1}
                  onMouseMove={() => setMoved({ typed, id: one.id })}
                  // the field keeps the keyboard
                  onMouseDown={(event) => event.preventDefault()}
                  onClick={() => take(one)}
                >
                  <Highlight component="span" highlight={typed} className={classes.hit}>
                    {one.label}
                  </Highlight>
                  {one.description ? <span className={classes.about}>{one.description}</span> : null}
                </div>
              ))}
          </div>
        ))}
        {choices.length === 0 && !late ? (
          <Spotlight.Empty>{text.shell.palette.nothing}</Spotlight.Empty>
        ) : null}
      </div>
    </>
  );
}

/** In each group those first that are called so; the others have it in their text. */
function titlesFirst(hits: readonly Hit[], words: string): Hit[] {
  const called = (hit: Hit) => hit.title.toLowerCase().includes(words.toLowerCase());
  const groups = [...new Set(hits.map((hit) => hit.group))];
  return groups.flatMap((group) => {
    const mine = hits.filter((hit) => hit.group === group);
    return [...mine.filter(called), ...mine.filter((hit) => !called(hit))];
  });
}

function isHere(choice: Choice): boolean {
  return choice.group === text.shell.palette.actions || choice.group === text.shell.palette.pages;
}

function groupsOf(choices: readonly Choice[]): string[] {
  return [...new Set(choices.map((one) => one.group))];
}
