import { useRef } from "react";
import type { Card, Json } from "../../flow/document";
import { text } from "../../text";
import { type Found, useDesigner, useTitles } from "../context";
import { FieldFrame } from "../fields/FieldFrame";
import classes from "../fields/fields.module.css";
import { readOut } from "../fields/tokens";
import { leftOversOf, without } from "../logic/leftOvers";
import { shownAs } from "../logic/literals";
import type { Spec } from "../logic/signature";

interface LeftOversProps {
  card: Card;
  spec: Spec;
  problems: readonly Found[];
}

/**
 * What the card has no field for with the options as they are. It keeps the flow from being published: so it is there
 * to be seen and taken away. It is not taken away by itself, for who chooses another option may choose the first again.
 */
export function LeftOvers({ card, spec, problems }: LeftOversProps) {
  const api = useDesigner();
  const titles = useTitles();
  const box = useRef<HTMLDivElement>(null);
  const left = leftOversOf(card, spec);
  if (left.length === 0) {
    return null;
  }
  const said = (value: Json) => readOut(shownAs(value, "any"), titles);
  return (
    <div ref={box}>
      {left.map((one) => (
        <FieldFrame
          key={`${one.part} ${one.name}`}
          name={one.name}
          title={one.part === "call" ? text.designer.helper : one.title}
          type={text.designer.leftOver}
          problems={problems.filter((problem) => problem.field === one.name)}
          onRemove={() => {
            box.current?.closest<HTMLElement>("[data-card]")?.focus();
            api.editCard(card.id, (now) => without(now, one));
          }}
        >
          <span className={classes.chosen}>{said(one.value)}</span>
        </FieldFrame>
      ))}
    </div>
  );
}
