import { Link } from "@tanstack/react-router";
import { text } from "../text";

/** An address that leads nowhere. */
export function NotFound() {
  return (
    <div style={{ padding: 32, display: "grid", gap: 8 }}>
      <h1>{text.shell.notFound.title}</h1>
      <p>{text.shell.notFound.what}</p>
      <Link to="/">{text.shell.notFound.home}</Link>
    </div>
  );
}
