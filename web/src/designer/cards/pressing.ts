import type { FocusEvent, MouseEvent, PointerEvent } from "react";
import type { DesignerApi } from "../context";

/**
 * What pressing a card chooses: it alone, or with Shift all from what was chosen before to it. A card that gets the
 * focus otherwise, as screen readers give it, is chosen too: keys are to act on it.
 */
export function pressing(api: DesignerApi, id: string, selected: boolean) {
  return {
    onFocus: (event: FocusEvent) => {
      if (event.target === event.currentTarget && api.along(id).length === 1) {
        api.select(id);
      }
    },
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
