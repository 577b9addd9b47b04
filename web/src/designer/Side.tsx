import { ActionIcon } from "@mantine/core";
import { memo, type RefObject } from "react";
import type { Flow } from "../flow/document";
import { EVENT } from "../flow/layout";
import { text } from "../text";
import type { CardProblems, ToldField } from "./context";
import type { Samples } from "./logic/scope";
import { find } from "./logic/tree";
import { CardSettings, ChosenCards } from "./panels/CardSettings";
import { EventSettings } from "./panels/EventSettings";
import { FlowSettings } from "./panels/FlowSettings";
import { Help } from "./panels/Help";
import { Outline } from "./panels/Outline";
import classes from "./panels/panels.module.css";
import { ScopePanel } from "./panels/ScopePanel";
import { Tabs } from "./panels/Tabs";
import type { Commands } from "./useKeyboard";

export type SideTab = "scope" | "card" | "outline" | "flow" | "help";
const tabs = (["scope", "card", "outline", "flow", "help"] as const).map((id) => ({
  id,
  title: text.designer.tabs[id],
}));

interface SideProps {
  flow: Flow;
  selected: string | null;
  /** The cards that are chosen together, if there are several. */
  together: ReadonlySet<string>;
  lane: number | null;
  samples: Samples;
  /** The field that had the focus last, and what it means. */
  told: ToldField | null;
  search: RefObject<HTMLInputElement | null>;
  tab: SideTab;
  onTab(tab: SideTab): void;
  problems: CardProblems;
  onGo(card: string, field: string | null): void;
  commands: Commands;
  /** Whose it is, where several flows are open. */
  owner: string | null;
  onFold(): void;
}

/** In its place while it is folded. */
export function FoldedSide({ onOpen }: { onOpen(): void }) {
  return (
    <aside className={classes.foldedSide} aria-label={text.designer.side}>
      <ActionIcon
        variant="subtle"
        color="gray"
        m={4}
        aria-label={text.designer.unfoldSide}
        title={text.designer.unfoldSide}
        aria-expanded={false}
        onClick={onOpen}
      >
        ◂
      </ActionIcon>
    </aside>
  );
}

/** What stands beside the cards: values to use, settings, help. */
export const Side = memo(function Side(props: SideProps) {
  const { flow, selected, together, lane, samples, search, tab, onTab, commands } = props;
  const card = selected === null || selected === EVENT ? undefined : find(flow, selected)?.card;
  return (
    <aside className={classes.side} aria-label={text.designer.side}>
      {props.owner === null ? null : <p className={classes.owner}>{props.owner}</p>}
      <Tabs
        label={text.designer.side}
        tabs={tabs}
        chosen={tab}
        onChoose={onTab}
        end={
          <ActionIcon
            variant="subtle"
            color="gray"
            m={4}
            aria-label={text.designer.foldSide}
            title={text.designer.foldSide}
            aria-expanded={true}
            onClick={() => props.onFold()}
          >
            ▸
          </ActionIcon>
        }
        above={props.told ? <Meaning of={props.told} /> : null}
      >
        {tab === "scope" ? (
          <ScopePanel flow={flow} card={selected} lane={lane} samples={samples} search={search} />
        ) : null}
        {tab === "card" && together.size > 0 ? (
          <ChosenCards count={together.size} commands={commands} />
        ) : null}
        {tab === "card" && card && together.size === 0 ? (
          <CardSettings
            key={card.id}
            card={card}
            problems={props.problems.get(card.id)}
            commands={commands}
          />
        ) : null}
        {tab === "card" && selected === EVENT ? <EventSettings event={flow.event} /> : null}
        {tab === "card" && !card && selected !== EVENT ? (
          <p className={classes.hint}>{text.designer.settings.none}</p>
        ) : null}
        {tab === "outline" ? (
          <Outline flow={flow} selected={selected} problems={props.problems} onGo={props.onGo} />
        ) : null}
        {tab === "flow" ? <FlowSettings flow={flow} /> : null}
        {tab === "help" ? <Help what={selected === EVENT ? flow.event : card} /> : null}
      </Tabs>
    </aside>
  );
});

/** What the field means that had the focus last: it stands here, where nothing moves by it under a press. */
function Meaning({ of: { title, about } }: { of: ToldField }) {
  return (
    <section className={classes.meaning} aria-label={text.designer.meaning}>
      <b>{title}</b> {about}
    </section>
  );
}
