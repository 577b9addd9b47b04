import { ActionIcon } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { memo } from "react";
import type { Flow } from "../flow/document";
import { flowQuery } from "../flows/flows";
import { text } from "../text";
import type { Found, Titles } from "./context";
import { Problems } from "./panels/Problems";
import classes from "./panels/panels.module.css";
import { Tabs } from "./panels/Tabs";
import { TestPanel, type TestPanelProps } from "./panels/TestPanel";
import { Versions } from "./panels/Versions";
import type { Below } from "./useBelow";

interface BottomProps extends TestPanelProps {
  /** Of the draft, 0 where there is none. */
  revision: number;
  below: Below;
  /** Another flow's stands there now; what was begun here goes on. */
  hidden: boolean;
  /** Whose it is, where several flows are open. */
  owner: string | null;
  problems: readonly Found[];
  checking: boolean;
  titles: Titles;
  onGo(card: string, field: string | null, inSettings: boolean): void;
  onRestore(flow: Flow, version: number): void;
}

export type BottomTab = "problems" | "test" | "versions";

/** What stands below the cards: problems, the test, versions. */
export const Bottom = memo(function Bottom(props: BottomProps) {
  const { flow, problems } = props;
  const { tab, open, setOpen, show, panel } = props.below;
  const record = useQuery(flowQuery(flow.id));
  const count = problems.length;
  const tabs = (["problems", "test", "versions"] as const).map((id) => ({
    id,
    title: `${text.designer.panels[id]}${id === "problems" && count > 0 ? ` ${count}` : ""}`,
  }));
  return (
    <section
      ref={panel}
      className={classes.bottom}
      data-below={tab}
      aria-label={text.designer.bottom}
      style={props.hidden ? { display: "none" } : open ? undefined : { maxHeight: 38, overflow: "hidden" }}
    >
      <Tabs
        label={text.designer.bottom}
        tabs={tabs}
        chosen={tab}
        onChoose={show}
        end={
          <>
            {props.owner === null ? null : <span className={classes.owner}>{props.owner}</span>}
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
          </>
        }
      >
        {tab === "problems" ? (
          <Problems
            flow={flow}
            problems={problems}
            checking={props.checking}
            titles={props.titles}
            onGo={props.onGo}
          />
        ) : null}
        {tab === "test" ? <TestPanel {...props} /> : null}
        {tab === "versions" ? (
          <Versions
            id={flow.id}
            live={record.data?.version ?? null}
            draft={props.revision}
            flow={flow}
            onRestore={props.onRestore}
          />
        ) : null}
      </Tabs>
    </section>
  );
});
