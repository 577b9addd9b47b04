import { describe, expect, it } from "vitest";
import { text } from "../../text";
import { nameOf, piecesOf, readReference, referencesIn, spoken, withRoots, write } from "./references";

describe("piecesOf", () => {
  it.each([
    ["", []],
    ["plain", ["plain"]],
    ["{{ a.b }}", ["<a.b>"]],
    ["Hello {{ event.name }}!", ["Hello ", "<event.name>", "!"]],
    ["{{ a }}{{ b }}", ["<a>", "<b>"]],
    ["\\{{ a }}", ["\\{{ a }}"]],
    ["\\\\{{ a }}", ["\\\\", "<a>"]],
    ["{{ not a reference! }}", ["{{ not a reference! }}"]],
    ['{{ a["}}"] }}', ['<a["}}"]>']],
    ["{{ open", ["{{ open"]],
  ])("takes %j apart", (text, expected) => {
    const pieces = piecesOf(text);
    expect(pieces.map((one) => (one.kind === "text" ? one.text : `<${one.reference.written}>`))).toEqual(
      expected,
    );
    expect(pieces.map((one) => one.text).join("")).toBe(text);
  });
});

describe("readReference", () => {
  it.each([
    ["user.name", "user", ["name"], null],
    ['event["Okta User"]["Alternate ID"]', "event", ["Okta User", "Alternate ID"], null],
    ["rows[0].id as number", "rows", ["0", "id"], "number"],
    ["rows[].email", "rows", ["[]", "email"], null],
    ["item", "item", [], null],
  ])("reads %j", (written, root, path, as) => {
    expect(readReference(written)).toMatchObject({ root, path, as });
  });

  it.each(["", "1a", "a.", "a b", "a[x]"])("refuses %j", (written) => {
    expect(readReference(written)).toBeNull();
  });
});

describe("write", () => {
  it.each([
    ["a", ["b"], "{{ a.b }}"],
    ["event", ["Okta User"], '{{ event["Okta User"] }}'],
    ["rows", ["list", "[]", "id"], "{{ rows.list[].id }}"],
    ["item", [], "{{ item }}"],
  ])("writes %s %j", (root, path, expected) => {
    expect(write(root, path)).toBe(expected);
    expect([...referencesIn(expected)][0]).toMatchObject({ root, path });
  });
});

it("finds references at any depth, and gives them other roots", () => {
  const value = { a: ["{{ x.y }}", 1, null], b: { c: "to {{ z.q }} and {{ x }}" } };
  expect([...referencesIn(value)].map((one) => one.root)).toEqual(["x", "z", "x"]);
  expect(withRoots(value, new Map([["x", "other"]]))).toEqual({
    a: ["{{ other.y }}", 1, null],
    b: { c: "to {{ z.q }} and {{ other }}" },
  });
});

it("speaks of references by what cards and fields are called", () => {
  const titles = new Map([
    ["compose_2", "Account address"],
    ["event", "Event"],
    ["run.id", "Run ID"],
    ["run", "This run"],
  ]);
  expect(spoken("{{ compose_2.outptu }}: 'Account address' has none.", titles)).toBe(
    "“Account address › outptu”: 'Account address' has none.",
  );
  expect(spoken("{{ event.who }} and {{ run.id }}, not \\{{ event.who }}", titles)).toBe(
    "“Event › who” and “This run › Run ID”, not \\{{ event.who }}",
  );
  expect(spoken("plain", titles)).toBe("plain");
});

it("keeps each name from right to left apart from what stands around it", () => {
  const titles = new Map([["hour", "השעה (Okta) 404!"]]);
  const [piece] = piecesOf('{{ hour.output["שם"].id }}');
  expect(piece?.kind === "reference" ? nameOf(piece.reference, titles) : "").toBe(
    "\u2068השעה (Okta) 404!\u2069 › output › \u2068שם\u2069 › id",
  );
  expect(text.run.question.title("השעה")).toBe("Did “\u2068השעה\u2069” happen?");
  expect(text.run.question.title("Suspend")).toBe("Did “Suspend” happen?");
});
