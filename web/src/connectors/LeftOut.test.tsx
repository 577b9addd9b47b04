import { renderToStaticMarkup } from "react-dom/server";
import { expect, it } from "vitest";
import { LeftOut, NotOffered } from "./LeftOut";

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
  const left = { name: "acme", file: "/c/acme", problems, whole: false };
  const shown = renderToStaticMarkup(<LeftOut connector={left} />);
  expect(shown).toContain("acme is left out");
  expect(shown).toContain(
    "<code>/c/acme/manifest.yaml:1</code> &#x27;auth&#x27; is missing. Add auth: to it.",
  );
  expect(renderToStaticMarkup(<LeftOut connector={{ ...left, whole: true }} />)).not.toContain(
    "acme is left out",
  );
  expect(shown).toContain("<code>/c/acme</code> It cannot be read.");
});

it("tells what of a description is not offered, and of many how many more there are", () => {
  const rest = { code: "bad-openapi", mend: "", why: "", path: [], severity: "warning", said: "", parts: {} };
  const told = (count: number) =>
    renderToStaticMarkup(
      <NotOffered
        problems={Array.from({ length: count }, (_, at) => ({ ...rest, what: `GET /p${at}: it is a text.` }))}
      />,
    );
  expect(told(0)).toBe("");
  expect(told(2)).toContain('<li dir="auto">GET /p1: it is a text.</li>');
  expect(told(2)).not.toContain("more");
  expect(told(23)).toContain("<li>3 more</li>");
  expect(told(23)).not.toContain("/p20:");
});
