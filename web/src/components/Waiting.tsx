import { Loader } from "@mantine/core";
import { useEffect, useState } from "react";
import { text } from "../text";

const WORDS_AFTER_MS = 3_000;

/** Something is on its way. After three seconds it says so in words. */
export function Waiting({ what }: { what?: string }) {
  const [long, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), WORDS_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div
      role="status"
      style={{ display: "flex", gap: 12, alignItems: "center", padding: 24, color: "var(--muted)" }}
    >
      <Loader size="sm" aria-hidden="true" />
      {long ? text.components.stillLoading : (what ?? text.components.loading)}
    </div>
  );
}
