import { ActionIcon } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Flow, Json } from "../flow/document";
import { text } from "../text";
import type { CardRun, Found, Titles } from "./context";
import { Problems } from "./panels/Problems";
import classes from "./panels/panels.module.css";
import { Tabs } from "./panels/Tabs";
import { TestPanel } from "./panels/TestPanel";
import { Versions } from "./panels/Versions";
import { recordQuery, type Trace } from "./server";

interface BottomProps {
  flow: Flow;
  checked: { problems: readonly Found[]; checking: boolean };
  titles: Titles;
  hasErrors: boolean;
  start(inputs: Record<string, Json>): Promise<{ id: string }>;
  onTrace(runs: ReadonlyMap<string, CardRun> | null, trace: readonly Trace[]): void;
  onGo(card: string, field: string | null): void;
  onRestore(flow: Flow, version: number): void;
}

type BottomTab = "problems" | "test" | "versions";

/** What stands below the cards: problems, the test, versions. */
export function Bottom(props: BottomProps) {
  const { flow, checked } = props;
  const [tab, setTab] = useState<BottomTab>("problems");
  const [open, setOpen] = useState(true);
  const record = useQuery(recordQuery(flow.id));
  const count = checked.problems.length;
  const tabs = (["problems", "test", "versions"] as const).map((id) => ({
    id,
    title: `${text.designer.panels[id]}${id === "problems" && count > 0 ? ` ${count}` : ""}`,
  }));
  return (
    <section
      className={classes.bottom}
      aria-label={text.designer.bottom}
      style={open ? undefined : { maxHeight: 38, overflow: "hidden" }}
    >
      <Tabs
        label={text.designer.bottom}
        tabs={tabs}
        chosen={tab}
        onChoose={(next) => {
          setTab(next);
          setOpen(true);
        }}
        end={
          <ActionIcon
            variant="subtle"
            color="gray"
            m={4}
            aria-label={text.designer.fold_panel}
            aria-expanded={open}
            onClick={() => setOpen(!open)}
          >
            {open ? "▾" : "▴"}
          </ActionIcon>
        }
      >
        {tab === "problems" ? (
          <Problems
            flow={flow}
            problems={checked.problems}
            checking={checked.checking}
            titles={props.titles}
            onGo={props.onGo}
          />
        ) : null}
        {tab === "test" ? (
          <TestPanel flow={flow} hasErrors={props.hasErrors} start={props.start} onTrace={props.onTrace} />
        ) : null}
        {tab === "versions" ? (
          <Versions id={flow.id} live={record.data?.version ?? null} onRestore={props.onRestore} />
        ) : null}
      </Tabs>
    </section>
  );
}
