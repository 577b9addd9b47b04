import { useBlocker } from "@tanstack/react-router";
import { Confirm } from "../components/Confirm";
import { text } from "../text";
import type { DraftKeeper } from "./draftKeeper";

const words = text.designer.leave;

/** Asks before somebody goes to another page with changes that cannot be saved. What can be is saved on the way. */
export function Leaving({ keeper }: { keeper: DraftKeeper }) {
  const leaving = useBlocker({
    shouldBlockFn: async ({ current, next }) => {
      if (current.pathname === next.pathname || !keeper.unsaved) {
        return false;
      }
      await keeper.flush().catch(() => undefined);
      return keeper.unsaved;
    },
    enableBeforeUnload: false,
    withResolver: true,
  });
  return leaving.status === "blocked" ? (
    <Confirm
      title={words.title}
      what={words.what}
      yes={words.yes}
      act={async () => leaving.proceed()}
      onClose={leaving.reset}
    />
  ) : null;
}
