import { Kbd, Menu } from "@mantine/core";
import { useOs } from "@mantine/hooks";
import { spotlight } from "@mantine/spotlight";
import { useQueryClient } from "@tanstack/react-query";
import { Link, useLocation } from "@tanstack/react-router";
import { sessionQuery, signOut } from "../api/session";
import { useWaitingCount } from "../inbox/waiting";
import { text } from "../text";
import { places } from "./navigation";
import { SchemeChoice } from "./SchemeChoice";
import classes from "./Shell.module.css";

/** The places of the app, and what stands below them. */
export function Navigation({ name, onGo }: { name: string; onGo?: () => void }) {
  const waiting = useWaitingCount();
  const here = useLocation({ select: (location) => location.pathname });
  return (
    <>
      {places.map((place) => (
        <Link
          key={place.to}
          to={place.to}
          className={classes.link}
          activeOptions={{ exact: place.to === "/" }}
          activeProps={{ "aria-current": "page" }}
          inactiveProps={place.also === here ? { "aria-current": "page" } : {}}
          onClick={onGo}
        >
          {place.title}
          {place.to === "/inbox" && waiting > 0 ? (
            <span className={classes.count} title={text.shell.waiting(waiting)}>
              {waiting > 99 ? "99+" : waiting}
            </span>
          ) : null}
        </Link>
      ))}
      <div className={classes.end}>
        <FindButton />
        <Person name={name} />
      </div>
    </>
  );
}

function FindButton() {
  const system = useOs();
  const mac = system === "macos" || system === "ios";
  return (
    <button type="button" className={classes.find} onClick={spotlight.open}>
      <Kbd size="xs">{mac ? "⌘" : "Ctrl"}</Kbd>
      <Kbd size="xs">K</Kbd> {text.shell.findAnything}
    </button>
  );
}

function Person({ name }: { name: string }) {
  const queries = useQueryClient();
  async function leave() {
    await signOut();
    queries.clear();
    await queries.fetchQuery(sessionQuery).catch(() => undefined);
    window.location.assign("/sign-in");
  }
  return (
    <Menu position="top-start" width={220}>
      <Menu.Target>
        <button type="button" className={classes.find}>
          {text.shell.signedInAs(name)}
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <SchemeChoice />
        <Menu.Divider />
        <Menu.Item onClick={() => void leave()}>{text.shell.signOut}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
