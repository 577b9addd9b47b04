import { useMemo } from "react";
import { CardRow, type RowParts } from "../flow/CardRow";
import type { Flow } from "../flow/document";
import { EVENT, type Lane, type Layout } from "../flow/layout";
import { text } from "../text";
import { CardView } from "./cards/CardView";
import { EventView } from "./cards/EventView";
import { FrameHead } from "./cards/FrameHead";
import { conditionIn } from "./cards/words";
import { type CardProblems, type CardRun, type Found, useAround, useTitles } from "./context";
import classes from "./Designer.module.css";
import { laneWord } from "./logic/lanes";
import { Wire } from "./Wire";
import { WithHelper } from "./WithHelper";

const none: readonly Found[] = [];

interface CardsProps {
  flow: Flow;
  layout: Layout;
  selected: string | null;
  /** The card whose head is open, if it is a frame's. */
  openHead: string | null;
  /** The cards that are chosen together, if there are several. */
  together: ReadonlySet<string>;
  problems: CardProblems;
  runs: ReadonlyMap<string, CardRun> | null;
  /** Whether they stand one below the other. */
  list: boolean;
}

/** The flow's cards in their row. A card is drawn anew only when something of its own has changed. */
export function Cards(props: CardsProps) {
  const { flow, layout, selected, openHead, together, problems, runs, list } = props;
  const { specs } = useAround();
  const titles = useTitles();
  const parts = useMemo<RowParts>(
    () => ({
      event: () => (
        <EventView
          event={flow.event}
          spec={specs.get(flow.event.card)}
          selected={selected === EVENT}
          problems={problems.get(EVENT) ?? none}
        />
      ),
      card: (box) => (
        <WithHelper card={box.card}>
          <CardView
            card={box.card}
            number={box.number}
            spec={specs.get(box.card.card)}
            selected={selected === box.id}
            together={together.has(box.id) ? together.size : 0}
            problems={problems.get(box.id) ?? none}
            run={runs?.get(box.id)}
          />
        </WithHelper>
      ),
      head: (frame) => (
        <WithHelper card={frame.card}>
          <FrameHead
            card={frame.card}
            number={frame.number}
            spec={specs.get(frame.card.card)}
            selected={selected === frame.id}
            open={openHead === frame.id}
            together={together.has(frame.id) ? together.size : 0}
            folded={frame.folded}
            inside={frame.inside}
            problems={problems.get(frame.id) ?? none}
            run={runs?.get(frame.id)}
          />
        </WithHelper>
      ),
      laneLabel: (lane) => (
        <LaneLabel lane={lane} said={conditionIn(lane.branch?.when ?? undefined, titles)} />
      ),
      wire: (place, index) => <Wire place={place} index={index} />,
      emptyLane: (lane) => <Wire place={lane.place} index={0} words={text.designer.emptyLane} />,
      end: (place, index) =>
        index === 0 && place.parent !== null ? null : (
          <div className={classes.end}>
            <Wire place={place} index={index} {...(index === 0 ? { words: text.designer.addFirst } : {})} />
          </div>
        ),
    }),
    [flow.event, specs, selected, openHead, together, problems, runs, titles],
  );
  return <CardRow layout={layout} parts={parts} list={list} />;
}

function LaneLabel({ lane, said }: { lane: Lane; said: string }) {
  const number = typeof lane.place.lane === "number" ? lane.place.lane : 0;
  return (
    <>
      {laneWord(lane.branch, number)}
      {said ? <div style={{ fontWeight: 500 }}>{said}</div> : null}
    </>
  );
}
