import { useDraggable } from "@dnd-kit/core";
import { type ElementType, type HTMLAttributes, useId } from "react";
import { text } from "../text";
import type { Carried } from "./carried";

type CarryProps = HTMLAttributes<HTMLElement> & {
  carried: Carried;
  as: ElementType;
  /** By which it is known, where it may be drawn anew at another place while it is moved. */
  dragId?: string;
  /** Space and Enter take it too. */
  byKeyboard?: boolean;
};

/** An element that can be dragged. What is inside is not drawn anew while something is dragged. */
export function Carry({ carried, as: Tag, dragId, byKeyboard, ...rest }: CarryProps) {
  const own = useId();
  const { attributes, listeners, setNodeRef, isDragging } = useDraggable({
    id: dragId ?? own,
    data: { carried },
    attributes: { roleDescription: text.dragging.what },
  });
  const described = byKeyboard
    ? {
        "aria-describedby": attributes["aria-describedby"],
        "aria-roledescription": attributes["aria-roledescription"],
        ...listeners,
      }
    : { onPointerDown: listeners?.onPointerDown };
  return (
    <Tag
      ref={setNodeRef}
      draggable={false} // links and pictures are dragged by the browser else
      data-carried={isDragging ? true : undefined}
      {...rest}
      {...described}
    />
  );
}
