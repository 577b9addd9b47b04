/** What stands in a cell, and what becomes of what somebody types or pastes. Pure. */
import type { Json } from "../flow/document";

/** Characters of a value that the grid shows; all of it is there when the cell is edited. */
const SHOWN = 200;

/** A value as it is edited: texts as they are, the rest as JSON has it. */
export function asTyped(value: Json | undefined): string {
  if (value === null || value === undefined) {
    return "";
  }
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A value as a cell shows it: one line, cut, and of a time no more than it tells. */
export function asShown(value: Json | undefined, type = "text"): string {
  const typed = asTyped(value);
  const said = (type === "datetime" ? shortTime(typed) : typed).replaceAll(/\s*\n\s*/g, " ⏎ ");
  return said.length > SHOWN ? `${said.slice(0, SHOWN - 1)}…` : said;
}

const TIME = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})(:\d{2})(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

/** A time without the zeros at its end; the beginning of a day in UTC is that day. It can be typed as it is shown. */
function shortTime(typed: string): string {
  const [, day, minutes, seconds, parts = "", zone] = TIME.exec(typed) ?? [];
  if (day === undefined || minutes === undefined) {
    return typed;
  }
  const finer = parts.replace(/\.?0+$/, "");
  const rest = finer !== "" ? `${seconds}${finer}` : seconds === ":00" ? "" : seconds;
  return minutes === "00:00" && rest === "" && zone === "Z" ? day : `${day} ${minutes}${rest}${zone}`;
}

/** What is sent for what was typed. The server converts texts; lists are given as lists where they are written so. */
export function asSent(typed: string, type: string): Json {
  if (typed === "") {
    return null;
  }
  if (type.startsWith("list of")) {
    try {
      const parsed = JSON.parse(typed) as Json;
      return Array.isArray(parsed) ? parsed : typed;
    } catch {
      return typed;
    }
  }
  return typed;
}

/** What a spreadsheet has put into the clipboard: lines of cells with tabs between them, quoted where need be. */
export function pasted(said: string): string[][] {
  const rows: string[][] = [[]];
  let cell = "";
  let quoted = false;
  const text = said.replaceAll("\r\n", "\n").replace(/\n$/, "");
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at] ?? "";
    if (quoted) {
      if (sign !== '"') {
        cell += sign;
      } else if (text[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else {
        quoted = false;
      }
    } else if (sign === '"' && cell === "") {
      quoted = true;
    } else if (sign === "\t" || sign === "\n") {
      rows.at(-1)?.push(cell);
      cell = "";
      if (sign === "\n") {
        rows.push([]);
      }
    } else {
      cell += sign;
    }
  }
  rows.at(-1)?.push(cell);
  return rows;
}
