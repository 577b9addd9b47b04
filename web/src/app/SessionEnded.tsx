import { Button, Modal } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { sessionQuery } from "../api/session";
import { text } from "../text";
import { SignInForm } from "./SignIn";

/** Stands over the page when the session has ended; the page below keeps what was typed. */
export function SessionEnded({ ended }: { ended: boolean }) {
  const queries = useQueryClient();
  return (
    <Modal
      opened={ended}
      onClose={() => {}}
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
      zIndex={1_000} // over whatever other dialog was open
      title={text.shell.signIn.ended}
    >
      <p style={{ marginBottom: 14 }}>{text.shell.signIn.endedWhat}</p>
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
