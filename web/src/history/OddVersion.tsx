import { Value } from "../components/Value";
import { text } from "../text";

const words = text.run.odd;

/** Says that the version of a run has a shape that is not known here, and what is seen in place of its cards. */
export function OddVersion({ document }: { document: unknown }) {
  return (
    <section aria-label={words.title} style={{ display: "grid", gap: 6, maxWidth: 760 }}>
      <h2 style={{ fontSize: 15 }}>{words.title}</h2>
      <p>{words.what}</p>
      <details>
        <summary style={{ cursor: "pointer" }}>{words.document}</summary>
        <Value value={document} label={words.document} />
      </details>
    </section>
  );
}
