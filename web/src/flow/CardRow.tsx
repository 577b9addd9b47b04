import { Fragment, type ReactNode } from "react";
import { text } from "../text";
import classes from "./CardRow.module.css";
import type { CardBox, EventBox, Frame, Lane, Layout, Place, Row } from "./layout";

/** What a page draws into the row: the designer edits here, a run shows what happened. */
export interface RowParts {
  event(box: EventBox): ReactNode;
  card(box: CardBox): ReactNode;
  /** The head of a frame: the card that has others inside. */
  head(frame: Frame): ReactNode;
  laneLabel(lane: Lane, frame: Frame): ReactNode;
  /** On the wire before the card with this index in a list (the end of the list has one too, if it is drawn). */
  wire?(place: Place, index: number): ReactNode;
  /** In a lane without cards. */
  emptyLane?(lane: Lane): ReactNode;
  /** Behind the last card of a list. */
  end?(place: Place, index: number): ReactNode;
}

interface CardRowProps {
  layout: Layout;
  parts: RowParts;
  /** Cards stand one below the other instead. */
  list?: boolean;
}

/** A flow's cards in a row, lanes of a branch one below the other. It scrolls nothing by itself. */
export function CardRow({ layout, parts, list }: CardRowProps) {
  return (
    <div className={`${classes.row} ${list ? classes.list : ""}`}>
      {parts.event(layout.event)}
      <Boxes row={layout.row} parts={parts} />
    </div>
  );
}

function Boxes({ row, parts }: { row: Row; parts: RowParts }) {
  return (
    <>
      {row.boxes.map((box, index) => (
        <Fragment key={box.id}>
          <div className={classes.wire}>{parts.wire?.(row.place, index)}</div>
          {box.kind === "card" ? parts.card(box) : <FrameBox frame={box} parts={parts} />}
        </Fragment>
      ))}
      {parts.end?.(row.place, row.boxes.length)}
    </>
  );
}

function FrameBox({ frame, parts }: { frame: Frame; parts: RowParts }) {
  return (
    <div className={`${classes.frame} ${frame.folded ? classes.folded : ""}`}>
      <div className={classes.head}>{parts.head(frame)}</div>
      {frame.lanes.map((lane) => (
        <div className={classes.lane} key={String(lane.place.lane)}>
          <div className={classes.label}>{parts.laneLabel(lane, frame)}</div>
          {lane.row.boxes.length > 0 || parts.emptyLane === undefined ? null : parts.emptyLane(lane)}
          {lane.row.boxes.length === 0 && parts.emptyLane === undefined ? (
            <div className={classes.empty}>{text.flow.emptyLane}</div>
          ) : (
            <Boxes row={lane.row} parts={parts} />
          )}
        </div>
      ))}
    </div>
  );
}
