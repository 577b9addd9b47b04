import { Button, CopyButton as Copying } from "@mantine/core";
import { text } from "../text";

/** Puts a text into the clipboard, and says that it did. */
export function CopyButton({ value, label }: { value: string; label: string }) {
  return (
    <Copying value={value}>
      {({ copied, copy }) => (
        <Button variant="default" size="compact-sm" onClick={copy}>
          {copied ? text.components.copied : label}
        </Button>
      )}
    </Copying>
  );
}
