import { Alert, Button, Group, Modal } from "@mantine/core";
import { type ReactNode, useEffect, useState } from "react";
import { text } from "../text";
import { CopyButton } from "./CopyButton";

const words = text.components.once;

interface ShownOnceProps {
  title: string;
  /** The secret, once there is one; it is never shown again. */
  secret: string | undefined;
  /** What is said of it. */
  what: string;
  copy: string;
  /** What is there before. */
  children: ReactNode;
  onClose(): void;
}

/** A dialog that ends with a secret. It stays until that was copied, or somebody says that they have it. */
export function ShownOnce({ title, secret, what, copy, children, onClose }: ShownOnceProps) {
  const [kept, setKept] = useState(false);
  const [wanted, setWanted] = useState(false);
  const only = secret !== undefined && !kept;
  useEffect(() => {
    function closing(event: BeforeUnloadEvent) {
      event.preventDefault();
    }
    if (only) {
      window.addEventListener("beforeunload", closing);
    }
    return () => window.removeEventListener("beforeunload", closing);
  }, [only]);
  return (
    <Modal opened onClose={only ? () => setWanted(true) : onClose} title={title}>
      {secret === undefined ? (
        children
      ) : (
        <div style={{ display: "grid", gap: 12 }}>
          <p>{what}</p>
          <code
            style={{ overflowWrap: "anywhere", fontFamily: "var(--mono)" }}
            onCopy={() => setKept(true)} // chosen by hand
          >
            {secret}
          </code>
          {wanted && only ? (
            <Alert color="yellow" role="alert">
              {words.still}
            </Alert>
          ) : null}
          <Group justify="space-between">
            <CopyButton value={secret} label={copy} onCopied={() => setKept(true)} autoFocus />
            <Button variant="default" onClick={onClose}>
              {words.have}
            </Button>
          </Group>
        </div>
      )}
    </Modal>
  );
}
