import { Kbd, Modal, Table } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { text } from "../text";
import { LEAD_MS, places } from "./navigation";

const words = text.shell.shortcuts;

/** "?" lists the keyboard; "g" and a letter lead to a page. */
export function Shortcuts() {
  const [open, list] = useDisclosure(false);
  const navigate = useNavigate();
  const openList = list.open;
  useEffect(() => {
    let since = Number.NEGATIVE_INFINITY;
    function pressed(event: KeyboardEvent) {
      if (isTyping(event.target) || inDialog() || event.ctrlKey || event.metaKey || event.altKey) {
        return;
      }
      if (event.key === "?") {
        openList();
      }
      const place = places.find((one) => one.key === event.key);
      if (place && event.timeStamp - since < LEAD_MS) {
        void navigate({ to: place.to }).then(beginAtContent);
      }
      since = event.key === "g" ? event.timeStamp : Number.NEGATIVE_INFINITY;
    }
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, [navigate, openList]);
  return (
    <Modal opened={open} onClose={list.close} title={words.title}>
      <h3>{words.everywhere}</h3>
      <Table>
        <Table.Tbody>
          <Line keys={["Ctrl K"]} what={words.palette} />
          <Line keys={["?"]} what={words.list} />
          {places.map((place) => (
            <Line key={place.to} keys={["g", place.key]} what={words.go(place.title)} />
          ))}
        </Table.Tbody>
      </Table>
      <h3>{words.designer}</h3>
      <Listed of={text.designer.keys} />
      <h3>{words.table}</h3>
      <Listed of={text.tables.keyList} />
    </Modal>
  );
}

/** Whether something stands before the page: what was typed there would be gone with a page that one is led to. */
function inDialog(): boolean {
  return document.querySelector('[role="dialog"][aria-modal="true"]') !== null;
}

/** One works on in the page that one went to, also when nothing had the keyboard before. */
function beginAtContent(): void {
  document.getElementById("content")?.focus({ preventScroll: true });
}

function Listed({ of }: { of: readonly (readonly string[])[] }) {
  return (
    <Table>
      <Table.Tbody>
        {of.map(([keys = "", what = ""]) => (
          <Line key={keys} keys={[keys]} what={what} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Line({ keys, what }: { keys: string[]; what: string }) {
  return (
    <Table.Tr>
      <Table.Td>
        {keys.map((key, number) => (
          <span key={key}>
            {number > 0 ? ` ${words.andThen} ` : null}
            <Kbd>{key}</Kbd>
          </span>
        ))}
      </Table.Td>
      <Table.Td>{what}</Table.Td>
    </Table.Tr>
  );
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName))
  );
}
