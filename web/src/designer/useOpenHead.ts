/** Which frame's head shows what can be changed in it, so that nothing moves away from under the pointer. */
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";

/** What is to stay where it is on the screen. */
interface Held {
  what: Element;
  top: number;
}

/**
 * The card whose head is open: the one that is chosen, as soon as no press is under way. What was pressed, or else has
 * the focus, then stays where it was, as far as the cards can be scrolled.
 */
export function useOpenHead(root: RefObject<HTMLElement | null>, selected: string | null): string | null {
  const [open, setOpen] = useState(selected);
  const pressed = useRef<Element | null>(null);
  const held = useRef<Held | null>(null);
  const latest = useRef(selected);
  latest.current = selected;
  const follow = useCallback(
    (pressed: Element | null) => {
      const what = [pressed, document.activeElement].find((one) => one && root.current?.contains(one));
      held.current = what ? { what, top: what.getBoundingClientRect().top } : null;
      setOpen(latest.current);
    },
    [root],
  );
  useLayoutEffect(() => {
    if (selected !== open && pressed.current === null) {
      follow(null);
    }
  }, [selected, open, follow]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: they have moved when another head is open
  useLayoutEffect(() => {
    if (held.current) {
      stay(held.current, root.current);
      held.current = null;
    }
  }, [open, root]);
  useEffect(() => {
    const over = () => {
      const what = pressed.current;
      pressed.current = null;
      if (what) {
        follow(what);
      }
    };
    const began = (event: PointerEvent) => {
      pressed.current = event.target as Element;
    };
    // a click comes behind it, and is to find what was pressed
    const ended = () => setTimeout(over);
    // the list of a select keeps the end of the press to itself
    const moved = (event: PointerEvent) => {
      if (event.buttons === 0) {
        over();
      }
    };
    document.addEventListener("pointerdown", began, { capture: true });
    document.addEventListener("pointermove", moved);
    document.addEventListener("pointerup", ended, { capture: true });
    document.addEventListener("pointercancel", ended, { capture: true });
    window.addEventListener("click", over);
    return () => {
      document.removeEventListener("pointerdown", began, { capture: true });
      document.removeEventListener("pointermove", moved);
      document.removeEventListener("pointerup", ended, { capture: true });
      document.removeEventListener("pointercancel", ended, { capture: true });
      window.removeEventListener("click", over);
    };
  }, [follow]);
  return open;
}

/** Scroll what is around the cards until it is where it was. */
function stay({ what, top }: Held, root: HTMLElement | null): void {
  const off = () => what.getBoundingClientRect().top - top;
  for (let around = root; around && what.isConnected && off() !== 0; around = around.parentElement) {
    if (["auto", "scroll"].includes(getComputedStyle(around).overflowY)) {
      around.scrollTop += off();
    }
  }
}
