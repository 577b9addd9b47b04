import { Kbd, Modal, Table } from "@mantine/core";
import { useDisclosure, useHotkeys } from "@mantine/hooks";
import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { text } from "../text";
import { places } from "./navigation";

const LONGEST_MS = 1_200;

/** "?" lists the keyboard; "g" and a letter lead to a page. */
export function Shortcuts() {
  const [open, list] = useDisclosure(false);
  const navigate = useNavigate();
  useHotkeys([["shift+?", list.open]]);
  useEffect(() => {
    let since = Number.NEGATIVE_INFINITY;
    function pressed(event: KeyboardEvent) {
      if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) {
        return;
      }
      const place = places.find((one) => one.key === event.key);
      if (place && event.timeStamp - since < LONGEST_MS) {
        void navigate({ to: place.to });
      }
      since = event.key === "g" ? event.timeStamp : Number.NEGATIVE_INFINITY;
    }
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, [navigate]);
  return (
    <Modal opened={open} onClose={list.close} title={text.shell.shortcuts.title}>
      <Table>
        <Table.Tbody>
          <Line keys={["Ctrl K"]} what={text.shell.shortcuts.palette} />
          <Line keys={["?"]} what={text.shell.shortcuts.list} />
          {places.map((place) => (
            <Line key={place.to} keys={["g", place.key]} what={text.shell.shortcuts.go(place.title)} />
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}

function Line({ keys, what }: { keys: string[]; what: string }) {
  return (
    <Table.Tr>
      <Table.Td>
        {keys.map((key, number) => (
          <span key={key}>
            {number > 0 ? ` ${text.shell.shortcuts.andThen} ` : null}
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
