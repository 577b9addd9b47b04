import type { MouseEvent, PointerEvent } from "react";
import type { DesignerApi } from "../context";

/** What pressing a card chooses: it alone, or with Shift all from what was chosen before to it. */
export function pressing(api: DesignerApi, id: string, selected: boolean) {
  return {
    onPointerDown: (event: PointerEvent) => {
      // what is taken by its handle takes along what is chosen together with it
      const taken = (event.target as HTMLElement).closest("[data-handle]") !== null;
      if (!event.shiftKey && !(taken && api.along(id).length > 1)) {
        api.select(id);
      }
    },
    onMouseDown: (event: MouseEvent) => {
      // in the chosen card itself Shift marks text, as everywhere
      if (event.shiftKey && !selected) {
        event.preventDefault();
        api.reach(id);
      }
    },
  };
}
