import { text } from "../text";

/** A page of the app that the rail, the palette and the keyboard lead to. */
export interface Place {
  to: string;
  title: string;
  /** Pressed after "g" it leads there. */
  key: string;
}

export const places: Place[] = [
  { to: "/", title: text.shell.nav.home, key: "h" },
  { to: "/history", title: text.shell.nav.history, key: "r" },
  { to: "/inbox", title: text.shell.nav.inbox, key: "i" },
];
