import { notifications } from "@mantine/notifications";
import { memo, useMemo, useRef } from "react";
import type { Carried, CarriedCard, DropPlace, Owner } from "../dragging/carried";
import { Dropping } from "../dragging/Dropping";
import type { Place } from "../flow/layout";
import { text } from "../text";
import { useDesigner } from "./context";
import classes from "./Designer.module.css";
import { fits, standsAt } from "./logic/tree";

interface WireProps {
  place: Place;
  index: number;
  /** In a lane without cards it says so in words. */
  words?: string;
}

/** The place between two cards: press it to add one there, or drop one that is dragged. */
export const Wire = memo(function Wire({ place, index, words }: WireProps) {
  const api = useDesigner();
  const button = useRef<HTMLButtonElement>(null);
  const drop = useMemo<DropPlace>(
    () => ({
      wide: true,
      takes: (carried) =>
        carried.kind === "card" && (carried.owner !== api || fits(api.flow(), api.along(carried.id), place)),
      idle: (carried) => isOwn(carried, api) && standsAt(api.flow(), api.along(carried.id), place, index),
      foreign: (carried) => carried.kind === "card" && carried.owner !== api,
      refuses: (carried) =>
        isOwn(carried, api) ? api.refusal(carried.id, place, index) : text.designer.foreignCard,
      words: () => api.placeWords(place, index),
      drop: (carried) => {
        if (isOwn(carried, api)) {
          api.moveTo(carried.id, place, index);
        } else {
          const title = text.designer.refusedMove(1);
          notifications.show({ color: "yellow", title, message: text.designer.foreignCard });
        }
      },
    }),
    [api, place, index],
  );
  return (
    <>
      <button
        ref={button}
        type="button"
        className={words ? classes.addWords : classes.add}
        data-wire={JSON.stringify({ place, index })}
        aria-label={words ?? text.designer.addHere}
        title={text.designer.addHere}
        onClick={() => api.add(place, index)}
      >
        {words ? `+ ${words}` : "+"}
      </button>
      <Dropping on={button} place={drop} />
    </>
  );
}, sameWire);

/** Whether it is a card of this flow. */
function isOwn(carried: Carried, api: Owner): carried is CarriedCard {
  return carried.kind === "card" && carried.owner === api;
}

/** A layout makes its places anew each time: what counts is where they are. */
function sameWire(one: WireProps, other: WireProps): boolean {
  return (
    one.index === other.index &&
    one.words === other.words &&
    one.place.parent === other.place.parent &&
    one.place.lane === other.place.lane
  );
}
