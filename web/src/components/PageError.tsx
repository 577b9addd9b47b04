import { Button } from "@mantine/core";
import type { ErrorComponentProps } from "@tanstack/react-router";
import { text } from "../text";
import { ProblemNote } from "./ProblemNote";

/** Stands in for a page that could not be shown. */
export function PageError({ error, reset }: Pick<ErrorComponentProps, "error"> & { reset?: () => void }) {
  return (
    <div style={{ padding: 24, display: "grid", gap: 12, justifyItems: "start" }}>
      <ProblemNote error={error} title={text.errors.broken} />
      <Button variant="default" onClick={() => (reset ? reset() : window.location.reload())}>
        {text.errors.tryAgain}
      </Button>
    </div>
  );
}
