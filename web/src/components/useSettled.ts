import { useEffect, useState } from "react";

const SETTLES_MS = 700;

/**
 * Whether what has just opened may be closed by a press beside it: not at once, as the second of two slow presses on what
 * opened it would close it again.
 */
export function useSettled(open: boolean): boolean {
  const [settled, setSettled] = useState(false);
  useEffect(() => {
    if (!open) {
      return;
    }
    const timer = setTimeout(() => setSettled(true), SETTLES_MS);
    return () => {
      clearTimeout(timer);
      setSettled(false);
    };
  }, [open]);
  return settled;
}
