import { text } from "../text";

/** A page of the app that the rail, the palette and the keyboard lead to. */
export interface Place {
  to: string;
  title: string;
  /** Pressed after "g" it leads there. */
  key: string;
  /** Another page that belongs to it. */
  also?: string;
}

/** How long after "g" the letter may come. */
export const LEAD_MS = 1_200;

export const places: Place[] = [
  { to: "/", title: text.shell.nav.home, key: "h" },
  { to: "/flows", title: text.shell.nav.flows, key: "f", also: "/flow-map" },
  { to: "/history", title: text.shell.nav.history, key: "r" },
  { to: "/inbox", title: text.shell.nav.inbox, key: "i" },
  { to: "/tables", title: text.shell.nav.tables, key: "t" },
  { to: "/connections", title: text.shell.nav.connections, key: "c" },
  { to: "/connectors", title: text.shell.nav.connectors, key: "n" },
  { to: "/events", title: text.shell.nav.events, key: "e" },
  { to: "/sandbox", title: text.shell.nav.sandbox, key: "x" },
  { to: "/templates", title: text.shell.nav.templates, key: "m" },
  { to: "/settings", title: text.shell.nav.settings, key: "s" },
];
