import { renderToStaticMarkup } from "react-dom/server";
import { expect, it } from "vitest";
import { LeftOut } from "./LeftOut";

it("tells of each mistake where it stands", () => {
  const problem = { code: "bad-manifest", why: "", path: [], severity: "error", said: "", parts: {} };
  const problems = [
    {
      ...problem,
      what: "'auth' is missing.",
      mend: "Add auth: to it.",
      file: "/c/acme/manifest.yaml",
      line: 1,
    },
    { ...problem, what: "It cannot be read.", mend: "Look at its rights.", file: null, line: null },
  ];
  const shown = renderToStaticMarkup(<LeftOut connector={{ name: "acme", file: "/c/acme", problems }} />);
  expect(shown).toContain("acme is left out");
  expect(shown).toContain(
    "<code>/c/acme/manifest.yaml:1</code> &#x27;auth&#x27; is missing. Add auth: to it.",
  );
  expect(shown).toContain("<code>/c/acme</code> It cannot be read.");
});
