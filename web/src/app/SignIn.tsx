import { Button, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useEffect, useId, useRef, useState } from "react";
import { codeIn, sessionQuery, signIn } from "../api/session";
import { ProblemNote } from "../components/ProblemNote";
import { text } from "../text";
import classes from "./SignIn.module.css";

/** Where a sign-in link leads: its code opens a session. The code leaves the address bar at once. */
export function SignIn() {
  const navigate = useNavigate();
  const code = useCode();
  const opening = useOpening(() => void navigate({ to: "/", replace: true }));
  const { mutate } = opening;
  const entered = useRef("");
  useEffect(() => {
    if (code !== entered.current) {
      entered.current = code; // an effect may run twice; a link works once
      mutate(code);
    }
  }, [code, mutate]);
  if (code !== "" && !opening.isError) {
    return (
      <main className={classes.page}>
        <p role="status">{text.shell.signIn.working}</p>
      </main>
    );
  }
  return <SignInPage error={opening.error} onDone={() => void navigate({ to: "/", replace: true })} />;
}

/** The code in the page's address, and in another link that is put into the address bar: that loads no page anew. */
function useCode(): string {
  const [code, setCode] = useState(() => codeIn(window.location.hash));
  useEffect(() => {
    const read = () => {
      const found = codeIn(window.location.hash);
      if (found !== "") {
        setCode(found);
        window.history.replaceState(null, "", window.location.pathname);
      }
    };
    read();
    window.addEventListener("hashchange", read);
    return () => window.removeEventListener("hashchange", read);
  }, []);
  return code;
}

/** Asks for a sign-in link, and says where one comes from. */
export function SignInPage({ error, onDone }: { error?: unknown; onDone?: () => void }) {
  return (
    <main className={classes.page}>
      <div className={classes.box}>
        <h1>{text.shell.signIn.title}</h1>
        {error ? <ProblemNote error={error} title={text.shell.signIn.failed} /> : null}
        <SignInForm onDone={onDone} />
      </div>
    </main>
  );
}

/** The form alone, for the page and for a session that ended. */
export function SignInForm({ onDone }: { onDone?: () => void }) {
  const [link, setLink] = useState("");
  const command = useId();
  const opening = useOpening(() => onDone?.());
  function submit(event: FormEvent) {
    event.preventDefault();
    opening.mutate(codeIn(link));
  }
  return (
    <form onSubmit={submit} style={{ display: "grid", gap: 14 }}>
      <p>{text.shell.signIn.intro}</p>
      <p id={command}>{text.shell.signIn.another}</p>
      <code className={classes.code} aria-describedby={command}>
        keyturn sign-in
      </code>
      <TextInput
        label={text.shell.signIn.paste}
        description={text.shell.signIn.pasteHint}
        value={link}
        onChange={(event) => setLink(event.currentTarget.value)}
        autoComplete="off"
        required
        withAsterisk={false}
      />
      {opening.error ? <ProblemNote error={opening.error} title={text.shell.signIn.failed} /> : null}
      <Button type="submit" loading={opening.isPending} disabled={codeIn(link) === ""}>
        {text.shell.signIn.submit}
      </Button>
    </form>
  );
}

function useOpening(onDone: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: signIn,
    onSuccess: (session) => {
      queries.setQueryData(sessionQuery.queryKey, session);
      void queries.invalidateQueries({
        predicate: (query) => query.queryKey[0] !== sessionQuery.queryKey[0],
      });
      onDone();
    },
  });
}
