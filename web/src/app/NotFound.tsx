import { Link } from "@tanstack/react-router";
import { PageBar, PageBody } from "../components/Page";
import { text } from "../text";

/** An address that leads nowhere. */
export function NotFound() {
  return (
    <>
      <PageBar title={text.shell.notFound.title} />
      <PageBody>
        <p style={{ marginBottom: 8 }}>{text.shell.notFound.what}</p>
        <Link to="/">{text.shell.notFound.home}</Link>
      </PageBody>
    </>
  );
}
