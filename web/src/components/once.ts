import type { MouseEvent } from "react";

/**
 * For buttons that decide something: a double click presses once.
 *
 * What stands below the pointer at the second press may be another one's button, which has moved up. The browser counts the
 * presses at a place (UI Events, `detail` of click); a key counts as 0.
 */
export function once(act: () => void): (event: MouseEvent) => void {
  return (event) => {
    if (event.detail <= 1) {
      act();
    }
  };
}
