import { type ReactNode, useCallback, useEffect, useRef } from "react";
import { createPortal } from "react-dom";
import { Leaving } from "../components/Leaving";
import { text } from "../text";
import { Bottom } from "./Bottom";
import { Cards } from "./Cards";
import { ApiProvider, AroundProvider, TitlesProvider } from "./context";
import classes from "./Designer.module.css";
import { useNesting } from "./nesting";
import { AddCard } from "./panels/AddCard";
import { FoldedSide, Side } from "./Side";
import type { Design } from "./useDesign";
import { cardIn } from "./useKeyboard";

interface DesignRootProps {
  design: Design;
  className: string | undefined;
  /** Its name, where it stands within another. */
  label?: string;
  children: ReactNode;
}

/** Around one flow that is edited: whoever works in it has its panels and its keyboard. */
export function DesignRoot({ design, className, label, children }: DesignRootProps) {
  const { key, activate } = useNesting();
  const begin = () => activate(key);
  const press = () => {
    begin();
    design.rest();
  };
  const Tag = label === undefined ? "div" : "section";
  return (
    <AroundProvider value={design.around}>
      <ApiProvider value={design.api}>
        <TitlesProvider value={design.titles}>
          <Tag
            className={className}
            aria-label={label}
            data-design={key}
            onFocusCapture={begin}
            onPointerDownCapture={press}
            onBlurCapture={design.rest}
          >
            {children}
            <Leaving
              unsaved={() => design.keeper.unsaved}
              save={() => design.keeper.flush()}
              words={{ ...text.designer.leave, what: text.designer.leaveWhat[design.draft.status] }}
            />
          </Tag>
        </TitlesProvider>
      </ApiProvider>
    </AroundProvider>
  );
}

/** The cards of a flow that is edited. */
export function DesignCards({ design, list }: { design: Design; list: boolean }) {
  const { active, key } = useNesting();
  const { root, selected } = design;
  const last = useRef(list);
  useEffect(() => {
    // they stand elsewhere now
    if (last.current !== list && active === key && selected !== null) {
      cardIn(root.current, selected)?.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
    last.current = list;
  }, [list, active, key, root, selected]);
  return (
    <Cards
      flow={design.flow}
      layout={design.layout}
      selected={design.selected}
      openHead={design.openHead}
      together={design.together}
      problems={design.byCard}
      runs={design.runs}
      list={list}
    />
  );
}

/** What stands beside and below the cards, in the places that the page has for them; one flow has them at a time. */
export function DesignPanels({ design }: { design: Design }) {
  const nest = useNesting();
  const { key, active, side, bottom, open, setAside } = nest;
  const fold = useCallback(() => setAside(false), [setAside]);
  const { settled, titles, samples, deeds } = design;
  const shown = active === key;
  // what is typed beside the cards has to stand there at once; what only tells of the cards may wait
  const own = design.tab === "card" || design.tab === "flow";
  const owner = open.size > 0 ? settled.name || settled.id : null;
  return (
    <>
      {side && shown && !nest.aside
        ? createPortal(<FoldedSide onOpen={() => nest.setAside(true)} />, side)
        : null}
      {side && shown && nest.aside
        ? createPortal(
            <Side
              flow={own ? design.flow : settled}
              selected={design.selected}
              together={design.together}
              lane={design.lane}
              told={design.told}
              samples={samples}
              search={design.search}
              tab={design.tab}
              onTab={design.setTab}
              problems={design.byCard}
              onGo={design.go}
              commands={design.commands}
              owner={owner}
              onFold={fold}
            />,
            side,
          )
        : null}
      {bottom && shown ? createPortal(<Chosen count={design.together.size} />, bottom) : null}
      {bottom
        ? createPortal(
            <Bottom
              revision={design.draft.status === "same" ? 0 : design.draft.revision}
              below={design.below}
              hidden={!shown}
              owner={owner}
              flow={settled}
              problems={design.problems}
              checking={design.checking}
              titles={titles}
              hasErrors={design.hasErrors}
              card={design.selectedCard}
              samples={samples}
              start={deeds.start}
              startCard={deeds.startCard}
              onTrace={deeds.trace}
              onCardTrace={deeds.cardTrace}
              onGo={design.go}
              onRestore={deeds.restore}
            />,
            bottom,
          )
        : null}
      {design.adding ? (
        <AddCard onAdd={design.addCard} onPaste={design.pasteHere} onClose={() => design.setAdding(null)} />
      ) : null}
    </>
  );
}

/** Says how many cards are chosen together, and what can be done with them. */
function Chosen({ count }: { count: number }) {
  return (
    <p role="status" className={classes.chosen}>
      {count > 0 ? (
        <>
          <b>{text.designer.chosen(count)}</b> {text.designer.chosenHint}
        </>
      ) : null}
    </p>
  );
}
