import { Button, Group, Modal } from "@mantine/core";
import { useBlocker } from "@tanstack/react-router";
import { text } from "../text";
import type { DraftKeeper, DraftStatus } from "./draftKeeper";

const words = text.designer.leaving;
/** How a draft stands whose changes the server has not, and would not get by going. */
const stuck: ReadonlySet<DraftStatus> = new Set(["away", "changed", "refused"]);

/** Asks whoever goes to another page before what could not be saved is lost. */
export function Leaving({ keeper }: { keeper: DraftKeeper }) {
  const going = useBlocker({
    shouldBlockFn: ({ current, next }) =>
      current.pathname !== next.pathname && keeper.unsaved && stuck.has(keeper.snapshot().status),
    enableBeforeUnload: false,
    withResolver: true,
  });
  if (going.status !== "blocked") {
    return null;
  }
  return (
    <Modal opened onClose={going.reset} title={words.title}>
      <p style={{ marginBottom: 16 }}>{words.what}</p>
      <Group justify="flex-end">
        <Button variant="default" onClick={going.proceed}>
          {words.leave}
        </Button>
        <Button data-autofocus onClick={going.reset}>
          {words.stay}
        </Button>
      </Group>
    </Modal>
  );
}
