import { type DragEvent, memo, useState } from "react";
import type { Place } from "../flow/layout";
import { text } from "../text";
import { CARD } from "./cards/drag";
import { useDesigner } from "./context";
import classes from "./Designer.module.css";

interface WireProps {
  place: Place;
  index: number;
  /** In a lane without cards it says so in words. */
  words?: string;
}

/** The place between two cards: press it to add one there, or drop one that is dragged. */
export const Wire = memo(function Wire({ place, index, words }: WireProps) {
  const api = useDesigner();
  const [over, setOver] = useState(false);
  function drop(event: DragEvent) {
    event.preventDefault();
    setOver(false);
    api.moveTo(event.dataTransfer.getData(CARD), place, index);
  }
  return (
    <button
      type="button"
      className={`${words ? classes.addWords : classes.add} ${over ? classes.dropHere : ""}`}
      aria-label={words ?? text.designer.addHere}
      title={text.designer.addHere}
      onClick={() => api.add(place, index)}
      onDrop={drop}
      onDragOver={(event) => {
        if (event.dataTransfer.types.includes(CARD)) {
          event.preventDefault();
          setOver(true);
        }
      }}
      onDragLeave={() => setOver(false)}
    >
      {words ? `+ ${words}` : "+"}
    </button>
  );
}, sameWire);

/** A layout makes its places anew each time: what counts is where they are. */
function sameWire(one: WireProps, other: WireProps): boolean {
  return (
    one.index === other.index &&
    one.words === other.words &&
    one.place.parent === other.place.parent &&
    one.place.lane === other.place.lane
  );
}
