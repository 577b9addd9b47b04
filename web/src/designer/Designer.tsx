import { useLocalStorage } from "@mantine/hooks";
import { useCallback, useEffect, useRef, useState } from "react";
import { Leaving } from "../components/Leaving";
import { DropArea } from "../dragging/Dropping";
import { EVENT } from "../flow/layout";
import { text } from "../text";
import { Bar } from "./Bar";
import type { Surroundings } from "./context";
import classes from "./Designer.module.css";
import { DesignCards, DesignPanels, DesignRoot } from "./DesignParts";
import { HelperFrame } from "./HelperFrame";
import { LazyYaml } from "./LazyYaml";
import { Notices } from "./Notices";
import { NestingProvider, useNest } from "./nesting";
import type { Typed } from "./panels/YamlPane";
import { type Opened, useDesign } from "./useDesign";
import { focusCard, isTyping } from "./useKeyboard";

const WIDE = 1500;

interface DesignerProps {
  opened: Opened;
  around: Surroundings;
  /** The card that one came for. */
  card: string | undefined;
}

/** The designer of one flow, with the helper flows that are opened where it calls them. */
export function Designer({ opened, around, card }: DesignerProps) {
  const [list, setList] = useLocalStorage({ key: "keyturn-cards-as-list", defaultValue: false });
  const [yaml, setYaml] = useState(false);
  const typed = useRef<Typed>({ text: null, shown: "", began: null });
  const nest = useNest(opened.flow.id, list, HelperFrame);
  const design = useDesign(opened, around, nest);
  const { settled, keeper, draft, deeds, commands } = design;
  const { activate, setAside } = nest;
  const { root, go } = design;
  useEffect(() => {
    if (card !== undefined) {
      go(card, null);
      return;
    }
    // who works by keyboard is among the cards at once, unless they are writing something elsewhere already
    const held = document.activeElement;
    if (!isTyping(held) && !held?.closest("[role=dialog]")) {
      focusCard(root.current, EVENT);
    }
  }, [root, go, card]);
  const onYaml = useCallback(() => {
    setYaml((shown) => !shown);
    // both beside the cards leave no room for them on a narrow screen
    setAside(yaml || window.innerWidth >= WIDE);
  }, [yaml, setAside]);
  const onList = useCallback(() => setList((shown) => !shown), [setList]);
  const { show, enter } = design.below;
  const onTest = useCallback(
    (byKeyboard: boolean) => {
      activate(opened.flow.id);
      (byKeyboard ? enter : show)("test");
    },
    [activate, show, enter, opened.flow.id],
  );
  return (
    <NestingProvider value={nest}>
      <DesignRoot design={design} className={classes.page}>
        <div>
          <Bar
            flow={settled}
            keeper={keeper}
            draft={draft}
            line={design.line}
            problems={design.problems}
            yaml={yaml}
            onYaml={onYaml}
            list={list}
            onList={onList}
            onTest={onTest}
            onUndo={commands.undo}
            onRedo={commands.redo}
            onReplace={deeds.replace}
          />
          <Notices
            flow={settled}
            keeper={keeper}
            draft={draft}
            undone={design.undone}
            onReplace={deeds.replace}
            onInsist={deeds.insist}
          />
        </div>
        <div
          className={`${classes.body} ${yaml ? classes.withYaml : ""} ${nest.aside ? "" : classes.folded}`}
        >
          <div className={classes.work}>
            <section
              className={classes.canvas}
              ref={design.root}
              aria-label={text.flow.row}
              data-list={list ? true : undefined}
              data-drop-area=""
              // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
              tabIndex={0}
            >
              <DesignCards design={design} list={list} />
            </section>
            <DropArea on={design.root} />
            <div className={classes.slot} ref={nest.setBottom} />
          </div>
          {yaml ? (
            <aside className={classes.yaml} aria-label={text.designer.yamlTitle}>
              <LazyYaml flow={settled} kept={typed} onApply={deeds.replace} />
            </aside>
          ) : null}
          <div className={classes.slot} ref={nest.setSide} />
        </div>
        <DesignPanels design={design} />
        <Leaving
          unsaved={() => typed.current.text !== null}
          save={nothingToSave}
          words={text.designer.leaveYaml}
        />
      </DesignRoot>
    </NestingProvider>
  );
}

/** What is typed into the YAML may be unfinished: only a person can say that the cards are to follow it. */
async function nothingToSave(): Promise<void> {}
