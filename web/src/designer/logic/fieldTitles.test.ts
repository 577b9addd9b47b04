import { expect, it } from "vitest";
import type { Card } from "../../flow/document";
import { fieldTitlesOf } from "./fieldTitles";
import { nameOf, readReference } from "./references";
import type { Spec, Specs } from "./signature";

const output = { name: "status_code", title: "Status code", type: "number", about: "" };
const spec = { options: [], inputs: [], variants: [], effect: null } as unknown as Spec;
const specs: Specs = new Map([
  ["x.call", { ...spec, outputs: [output] } as unknown as Spec],
  ["x.event", { ...spec, outputs: [{ ...output, name: "user", title: "Okta User" }] } as unknown as Spec],
]);

it("calls what cards and events give by its titles", () => {
  const card: Card = { id: "ask", card: "x.call", outputs: { own: "text" } };
  const titles = fieldTitlesOf(specs);
  const found = new Map([["ask", "Ask"], ...titles.card(card), ...titles.event({ card: "x.event" })]);
  const said = (written: string) => {
    const reference = readReference(written);
    return reference && nameOf(reference, found).replaceAll(/[\u2068\u2069]/g, "");
  };
  expect(said("ask.status_code")).toBe("Ask › Status code");
  expect(said("ask.own")).toBe("Ask › own");
  expect(said("event.user.name")).toBe("event › Okta User › name");
});

it("reads an unchanged card once", () => {
  const card: Card = { id: "ask", card: "x.call" };
  const titles = fieldTitlesOf(specs);
  expect(titles.card(card)).toBe(titles.card(card));
});
