import type { HTMLAttributes } from "react";
import { Carry } from "../../dragging/Carry";
import { useDesigner, useTitles } from "../context";
import { nameOf, piecesOf } from "../logic/references";

type CarriedValueProps = HTMLAttributes<HTMLElement> & {
  as: "li" | "button" | "span";
  /** The reference, as it is written in a field. */
  written: string;
};

/** Something that stands for a value: it can be dragged onto a field. */
export function CarriedValue({ as, written, ...rest }: CarriedValueProps) {
  const owner = useDesigner();
  const titles = useTitles();
  const [piece] = piecesOf(written);
  const name = piece?.kind === "reference" ? nameOf(piece.reference, titles) : written;
  return <Carry as={as} carried={{ kind: "value", owner, name, written }} {...rest} />;
}
