import { Burger, Drawer } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { Outlet } from "@tanstack/react-router";
import { useEffect } from "react";
import { Unreachable } from "../api/errors";
import { sessionQuery } from "../api/session";
import { PageError } from "../components/PageError";
import { Waiting } from "../components/Waiting";
import { text } from "../text";
import { Away } from "./Away";
import { keepFocus } from "./keepFocus";
import { Navigation } from "./Navigation";
import { Palette } from "./Palette";
import { SessionEnded } from "./SessionEnded";
import classes from "./Shell.module.css";
import { Shortcuts } from "./Shortcuts";
import { SignInPage } from "./SignIn";

/** What is around every page: rail, command palette, keyboard, and what is said when server or session are gone. */
export function Shell() {
  const session = useQuery(sessionQuery);
  if (session.isPending) {
    return <Waiting />;
  }
  if (session.data === undefined) {
    return (
      <>
        <Away />
        {session.error instanceof Unreachable ? null : (
          <PageError error={session.error} reset={() => void session.refetch()} />
        )}
      </>
    );
  }
  return <SignedIn name={session.data.name ?? null} />;
}

/** The pages stay mounted when the session ends, so that nothing that was typed is lost. */
function SignedIn({ name }: { name: string | null }) {
  const [known] = useDisclosure(name !== null);
  const [open, menu] = useDisclosure(false);
  useEffect(() => keepFocus(document), []);
  if (!known && name === null) {
    return <SignInPage />;
  }
  return (
    <div className={classes.app}>
      <a className={classes.skip} href="#content">
        {text.shell.skip}
      </a>
      <header className={classes.top}>
        <Brand />
        <Burger opened={open} onClick={menu.toggle} size="sm" aria-label={text.shell.openMenu} />
      </header>
      <nav className={classes.rail} aria-label={text.shell.main}>
        <Brand />
        <Navigation name={name ?? ""} />
      </nav>
      <Drawer opened={open} onClose={menu.close} size="240px" title={text.shell.menu}>
        <nav aria-label={text.shell.main}>
          <Navigation name={name ?? ""} onGo={menu.close} />
        </nav>
      </Drawer>
      <main className={classes.main} id="content" tabIndex={-1}>
        <Away />
        <Outlet />
      </main>
      <Palette />
      <Shortcuts />
      <SessionEnded ended={name === null} />
    </div>
  );
}

function Brand() {
  return (
    <div className={classes.brand}>
      key<span>turn</span>
    </div>
  );
}
