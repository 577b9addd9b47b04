import { type RefObject, useCallback, useMemo, useRef, useState } from "react";
import { flushSync } from "react-dom";
import type { BottomTab } from "./Bottom";

export interface Below {
  tab: BottomTab;
  open: boolean;
  /** What stands below the cards. */
  panel: RefObject<HTMLElement | null>;
  setOpen(open: boolean): void;
  /** Show a tab, without going there. */
  show(tab: BottomTab): void;
  /** Show a tab and go into it; from there the same goes back. */
  enter(tab: BottomTab): void;
  /** Back to where one was before; false if that is nowhere. */
  leave(): boolean;
}

/** What is shown below the cards, and the way there and back by keyboard. */
export function useBelow(): Below {
  const [tab, setTab] = useState<BottomTab>("problems");
  const [open, setOpen] = useState(true);
  const panel = useRef<HTMLElement>(null);
  const from = useRef<HTMLElement | null>(null);
  const show = useCallback((next: BottomTab) => {
    setTab(next);
    setOpen(true);
  }, []);
  const leave = useCallback(() => {
    const back = from.current;
    from.current = null;
    back?.focus();
    return back !== null && document.activeElement === back;
  }, []);
  const enter = useCallback(
    (next: BottomTab) => {
      const held = document.activeElement;
      if (held instanceof HTMLElement && held !== document.body && !panel.current?.contains(held)) {
        from.current = held;
      }
      flushSync(() => show(next)); // the next key belongs there already
      panel.current?.querySelector<HTMLElement>("[role=tabpanel]")?.focus();
    },
    [show],
  );
  return useMemo(() => ({ tab, open, panel, setOpen, show, enter, leave }), [tab, open, show, enter, leave]);
}
