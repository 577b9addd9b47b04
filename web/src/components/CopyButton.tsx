import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useEffect, useState } from "react";
import { text } from "../text";
import { copyText } from "./copyText";

const SAID_FOR_MS = 2_000;

interface CopyButtonProps {
  value: string;
  label: string;
  onCopied?: () => void;
  autoFocus?: boolean;
}

/** Puts a text into the clipboard, and says that it did. */
export function CopyButton({ value, label, onCopied, autoFocus }: CopyButtonProps) {
  const [copied, setCopied] = useState(0);
  useEffect(() => {
    const timer = copied ? setTimeout(() => setCopied(0), SAID_FOR_MS) : undefined;
    return () => clearTimeout(timer);
  }, [copied]);
  async function copy() {
    try {
      await copyText(value);
      setCopied((times) => times + 1);
      onCopied?.();
    } catch {
      notifications.show({ color: "red", message: text.components.copyNot });
    }
  }
  return (
    <Button
      variant="default"
      size="compact-sm"
      onClick={() => void copy()}
      data-autofocus={autoFocus || undefined}
    >
      {copied ? text.components.copied : label}
    </Button>
  );
}
