import {
  type Announcements,
  DndContext,
  DragOverlay,
  KeyboardCode,
  KeyboardSensor,
  MeasuringStrategy,
  type Modifier,
  PointerSensor,
  useDndContext,
  useSensor,
  useSensors,
} from "@dnd-kit/core";
import { type ReactNode, useMemo, useState } from "react";
import { text } from "../text";
import { type Carried, carriedIn, type DropPlace, placeIn } from "./carried";
import classes from "./dragging.module.css";
import { Meant } from "./meant";

const words = text.dragging;
const BEGINS_AFTER_PX = 6;
const measuring = { droppable: { strategy: MeasuringStrategy.WhileDragging } };
const SCROLLS_AT_EDGE_PX = 4; // in each 5 ms, at the very edge; dnd-kit's own 10 overshoots
const pointer = { activationConstraint: { distance: BEGINS_AFTER_PX } };
const keyboardCodes = {
  start: [KeyboardCode.Space, KeyboardCode.Enter],
  end: [KeyboardCode.Space, KeyboardCode.Enter],
  cancel: [KeyboardCode.Esc, KeyboardCode.Tab],
};

/**
 * Around all that can be dragged and put down. Its children are drawn anew for none of it: only what asks dnd-kit is,
 * and that are small parts (`Carry`, `Dropping`).
 */
export function Dragging({ children }: { children: ReactNode }) {
  const [meant] = useState(() => new Meant());
  const sensors = useSensors(
    useSensor(PointerSensor, pointer),
    useSensor(KeyboardSensor, { keyboardCodes, coordinateGetter: meant.step, scrollBehavior: "auto" }),
  );
  const autoScroll = useMemo(() => ({ acceleration: SCROLLS_AT_EDGE_PX, canScroll: meant.scrolls }), [meant]);
  const accessibility = useMemo(
    () => ({
      announcements: { ...announcements, onDragEnd: () => meant.outcome },
      screenReaderInstructions: { draggable: words.how },
    }),
    [meant],
  );
  return (
    <DndContext
      sensors={sensors}
      collisionDetection={meant.detect}
      measuring={measuring}
      autoScroll={autoScroll}
      accessibility={accessibility}
      onDragStart={({ active }) => {
        meant.begin();
        begin(carriedIn(active.data)?.kind);
      }}
      onDragCancel={end}
      onDragEnd={({ active, over }) => {
        end();
        const carried = carriedIn(active.data);
        const place = placeIn(over?.data);
        meant.outcome = outcomeOf(carried, place);
        if (carried && place?.takes(carried) && !place.idle?.(carried)) {
          place.drop(carried, meant.point);
        }
      }}
    >
      {children}
      <DragOverlay dropAnimation={null} modifiers={modifiers} className={classes.overlay}>
        <Shown />
      </DragOverlay>
    </DndContext>
  );
}

/** What hangs at the pointer: the thing's name, and why it must not be put where it is. */
function Shown() {
  const { active, over } = useDndContext();
  const carried = carriedIn(active?.data);
  const why = useMemo(
    () => (carried ? (placeIn(over?.data)?.refuses?.(carried) ?? null) : null),
    [carried, over],
  );
  return carried ? (
    <div className={`${classes.shown} ${why ? classes.refused : ""}`}>
      <b>{carried.name}</b>
      {why ? <span>{why}</span> : null}
    </div>
  ) : null;
}

/** Beside the pointer, however large the thing is that was taken. */
const besidePointer: Modifier = ({ activatorEvent, draggingNodeRect, transform }) => {
  if (!(activatorEvent instanceof PointerEvent) || !draggingNodeRect) {
    return { ...transform, y: transform.y + 26 };
  }
  return {
    ...transform,
    x: transform.x + activatorEvent.clientX - draggingNodeRect.left + 12,
    y: transform.y + activatorEvent.clientY - draggingNodeRect.top + 10,
  };
};
const modifiers = [besidePointer];

/** The whole page knows that something is dragged: its cursor, and the places that take it. */
function begin(kind: string | undefined): void {
  document.documentElement.dataset.dragging = kind ?? "";
  window.addEventListener("click", swallow, { capture: true });
}

function end(): void {
  delete document.documentElement.dataset.dragging;
  // the click that the end of a drag makes where it began
  setTimeout(() => window.removeEventListener("click", swallow, { capture: true }));
}

function swallow(event: Event): void {
  event.preventDefault();
  event.stopPropagation();
}

function outcomeOf(carried: Carried | null, place: DropPlace | null): string {
  return carried && place?.takes(carried) && !place.idle?.(carried) && !place.refuses?.(carried)
    ? words.done(carried.name, place.words())
    : words.cancelled(carried?.name ?? "");
}

const announcements: Omit<Announcements, "onDragEnd"> = {
  onDragStart: ({ active }) => words.begun(carriedIn(active.data)?.name ?? ""),
  onDragOver: ({ active, over }) => {
    const carried = carriedIn(active.data);
    const place = placeIn(over?.data);
    if (!carried || !place?.takes(carried)) {
      return words.nowhere;
    }
    const why = place.refuses?.(carried);
    return why ? words.not(place.words(), why) : words.over(place.words());
  },
  onDragCancel: ({ active }) => words.cancelled(carriedIn(active.data)?.name ?? ""),
};
