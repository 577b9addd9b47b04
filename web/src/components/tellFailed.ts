import { notifications } from "@mantine/notifications";
import { explain } from "../api/errors";
import { text } from "../text";

const READ_MS = 12_000;

/** Say what failed, where there is no place on the page for it. */
export function tellFailed(error: unknown): void {
  const message = explain(error)
    .map(({ what, mend }) => `${what} ${mend}`)
    .join(" ");
  notifications.show({ color: "red", title: text.errors.title, message, autoClose: READ_MS });
}
