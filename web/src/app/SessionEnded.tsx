import { Button, Modal } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { sessionQuery } from "../api/session";
import { text } from "../text";
import { SignInForm } from "./SignIn";

/** How long nothing is typed until it is taken for a pause. */
const PAUSE_MS = 1_000;

/**
 * Stands over the page when the session has ended; the page below keeps what was typed.
 *
 * It never comes between two letters of a word, and begins at its words: who types on after all types nothing into it.
 */
export function SessionEnded({ ended }: { ended: boolean }) {
  const queries = useQueryClient();
  const opened = useAfterTyping(ended);
  return (
    <Modal
      opened={opened}
      onClose={() => {}}
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
      zIndex={1_000} // over whatever other dialog was open
      title={text.shell.signIn.ended}
    >
      <p data-autofocus tabIndex={-1} onKeyDown={keepLetters} style={{ marginBottom: 14, outline: "none" }}>
        {text.shell.signIn.endedWhat}
      </p>
      <SignInForm />
      <Button
        variant="default"
        fullWidth
        mt="sm"
        onClick={() => void queries.invalidateQueries({ queryKey: sessionQuery.queryKey })}
      >
        {text.shell.signIn.done}
      </Button>
    </Modal>
  );
}

/** Letters that were meant for the page below are no shortcuts of it. */
function keepLetters(event: KeyboardEvent): void {
  if (event.key.length === 1 && !event.ctrlKey && !event.metaKey) {
    event.stopPropagation();
  }
}

/** Whether it is wanted, and nobody is in the middle of typing. */
function useAfterTyping(wanted: boolean): boolean {
  const [open, setOpen] = useState(false);
  const last = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    let waiting: ReturnType<typeof setTimeout> | undefined;
    function wait() {
      clearTimeout(waiting);
      waiting = setTimeout(() => setOpen(true), Math.max(0, last.current + PAUSE_MS - performance.now()));
    }
    function typed() {
      last.current = performance.now();
      if (wanted) {
        wait();
      }
    }
    if (wanted) {
      wait();
    } else {
      setOpen(false);
    }
    document.addEventListener("keydown", typed, true);
    return () => {
      clearTimeout(waiting);
      document.removeEventListener("keydown", typed, true);
    };
  }, [wanted]);
  return open && wanted;
}
