import type { ReactNode } from "react";
import type { Card } from "../flow/document";
import classes from "./HelperFrame.module.css";
import { isOpen, useNesting } from "./nesting";

/** A card, and beside it the helper flow that it calls, if that is open here. */
export function WithHelper({ card, children }: { card: Card; children: ReactNode }) {
  const nest = useNesting();
  const helper = card.call?.flow;
  const open = isOpen(nest, card.id, helper);
  return (
    // one element in both cases: the card is not made anew when its helper flow opens
    <div className={open ? classes.around : classes.nothing}>
      {children}
      {open ? <nest.Frame key={helper} card={card.id} helper={helper} /> : null}
    </div>
  );
}
