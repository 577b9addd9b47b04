import { useBlocker } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { reachability } from "../api/reachability";
import { Confirm } from "./Confirm";

interface LeavingProps {
  /** Whether something would be lost now. */
  unsaved(): boolean;
  /** Save what can be saved; ends when nothing more is on its way. */
  save(): Promise<unknown>;
  words: { title: string; what: string; yes: string };
}

/** Keeps somebody on a page until it is saved, and asks where it cannot be: before another page, and before the tab closes. */
export function Leaving({ unsaved, save, words }: LeavingProps) {
  const leaving = useBlocker({
    shouldBlockFn: async ({ current, next }) => {
      if (current.pathname === next.pathname || !unsaved()) {
        return false;
      }
      // a server that is away would keep somebody here without a word
      await Promise.race([save().catch(() => undefined), reachability.gone()]);
      return unsaved();
    },
    enableBeforeUnload: false,
    withResolver: true,
  });
  const lost = useRef(unsaved);
  lost.current = unsaved;
  useEffect(() => {
    function closing(event: BeforeUnloadEvent) {
      if (lost.current()) {
        event.preventDefault();
      }
    }
    window.addEventListener("beforeunload", closing);
    return () => window.removeEventListener("beforeunload", closing);
  }, []);
  return leaving.status === "blocked" ? (
    <Confirm
      title={words.title}
      what={words.what}
      yes={words.yes}
      act={async () => leaving.proceed()}
      onClose={leaving.reset}
    />
  ) : null;
}
