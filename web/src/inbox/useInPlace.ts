import { type RefObject, useEffect, useRef, useState } from "react";

interface InPlace {
  /** Around the list and what was chosen of it. */
  body: RefObject<HTMLDivElement | null>;
  /** Whether that stands in the list's place, where there is room for one of both. */
  open: boolean;
  onOpen(): void;
  onBack(): void;
}

/** On a narrow screen a list and what was chosen of it stand in one place, and the keyboard goes with what is seen. */
export function useInPlace(): InPlace {
  const body = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);
  const before = useRef(open);
  useEffect(() => {
    if (before.current === open) {
      return;
    }
    before.current = open;
    const list = body.current?.querySelector<HTMLElement>("ul");
    const one = list?.nextElementSibling;
    if (open && list && one instanceof HTMLElement && getComputedStyle(list).display === "none") {
      one.focus({ preventScroll: true });
      one.scrollIntoView({ block: "start" });
    }
    if (!open) {
      list?.querySelector<HTMLElement>('[aria-current="true"]')?.focus();
    }
  }, [open]);
  return { body, open, onOpen: () => setOpen(true), onBack: () => setOpen(false) };
}
