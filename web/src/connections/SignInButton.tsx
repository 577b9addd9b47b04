import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, data } from "../api/client";
import { ProblemNote } from "../components/ProblemNote";
import { text } from "../text";
import { checkQuery, scopesQuery } from "./connections";
import { type Ending, endingOf } from "./popup";

const LOOK_MS = 700;

interface SignInProps {
  id: string;
  label?: string;
  /** It is what mends the connection. */
  asked?: boolean;
}

/** Opens the app's own sign-in in a window, which closes when somebody has signed in, and tests the connection then. */
export function SignInButton({ id, label, asked }: SignInProps) {
  const queries = useQueryClient();
  const signIn = useMutation({
    mutationFn: async (popup: Window | null): Promise<Ending> => {
      const link = await data(
        api.POST("/api/v1/connections/{connection_id}/sign-in", { params: { path: { connection_id: id } } }),
      ).catch((error: unknown) => {
        popup?.close();
        throw error;
      });
      if (popup === null) {
        window.location.assign(link.address); // pop-ups are blocked
        return "closed";
      }
      popup.location.assign(link.address);
      const ending = await endOf(popup);
      if (ending === "done") {
        popup.close();
      }
      return ending;
    },
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: ["connections"] });
      void queries.invalidateQueries({ queryKey: scopesQuery(id).queryKey });
      void queries.refetchQueries({ queryKey: checkQuery(id).queryKey });
    },
  });
  return (
    <>
      <Button
        variant={asked ? "filled" : "default"}
        size="compact-sm"
        loading={signIn.isPending}
        // browsers only let a window open within the click
        onClick={() => signIn.mutate(window.open("about:blank", "_blank", "popup,width=560,height=720"))}
        aria-label={label}
      >
        {text.connections.form.signIn}
      </Button>
      {signIn.data === "refused" ? <p role="status">{text.connections.form.signInRefused}</p> : null}
      {signIn.error ? <ProblemNote error={signIn.error} /> : null}
    </>
  );
}

function endOf(popup: Window): Promise<Ending> {
  return new Promise((resolve) => {
    const look = window.setInterval(() => {
      const ending = endingOf(popup);
      if (ending !== null) {
        window.clearInterval(look);
        resolve(ending);
      }
    }, LOOK_MS);
  });
}
