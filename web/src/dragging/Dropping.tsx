import { useDroppable } from "@dnd-kit/core";
import { type RefObject, useEffect, useId, useLayoutEffect } from "react";
import { carriedIn, type DropPlace } from "./carried";
import { AREA } from "./meant";

const resizeObserverConfig = { disabled: true };

interface DroppingProps {
  /** The element on which things are put down; it says `data-over` while that would happen, and
   * `data-foreign` while something is dragged that has to stay where it comes from. */
  on: RefObject<HTMLElement | null>;
  place: DropPlace;
}

/** Makes an element a place to put things down, without drawing it anew while something is dragged. */
export function Dropping({ on, place }: DroppingProps) {
  const { setNodeRef, isOver, active } = useDroppable({ id: useId(), data: { place }, resizeObserverConfig });
  useLayoutEffect(() => setNodeRef(on.current));
  const dragged = carriedIn(active?.data);
  const carried = isOver ? dragged : null;
  const foreign = dragged !== null && (place.foreign?.(dragged) ?? false);
  const mark = carried && !place.idle?.(carried) ? (place.refuses?.(carried) ? "refused" : "here") : null;
  useEffect(() => {
    const element = on.current;
    if (element && mark) {
      element.dataset.over = mark;
      return () => {
        delete element.dataset.over;
      };
    }
  }, [on, mark]);
  useEffect(() => {
    const element = on.current;
    if (element && foreign) {
      element.dataset.foreign = "";
      return () => {
        delete element.dataset.foreign;
      };
    }
  }, [on, foreign]);
  return null;
}

const nothing: DropPlace = { takes: () => false, words: () => "", drop: () => {} };

/** What lies in the area scrolls when something is dragged to its edge, wherever it comes from. */
export function DropArea({ on }: { on: RefObject<HTMLElement | null> }) {
  const { setNodeRef } = useDroppable({ id: AREA, data: { place: nothing }, resizeObserverConfig });
  useLayoutEffect(() => setNodeRef(on.current?.firstElementChild as HTMLElement | null));
  return null;
}
