import { expect, it } from "vitest";
import { filled, type Template } from "./templates";

const template = {
  connections: [
    { name: "okta", connector: "okta" },
    { name: "mail", connector: "office365" },
  ],
} as Template;
const connection = (id: string, connector: string) => ({ id, connector }) as never;

it.each([
  ["none", [], {}, {}],
  ["the only one", [connection("eu", "okta")], {}, { okta: "eu" }],
  ["the one of the same name", [connection("eu", "okta"), connection("okta", "okta")], {}, { okta: "okta" }],
  ["nothing of several", [connection("eu", "okta"), connection("us", "okta")], {}, {}],
  ["what was chosen", [connection("eu", "okta"), connection("okta", "okta")], { okta: "eu" }, { okta: "eu" }],
  ["nothing that is gone", [connection("m", "office365")], { okta: "eu" }, { mail: "m" }],
])("takes %s for a place", (_, connections, chosen, found) => {
  expect(filled(template, chosen, connections)).toEqual(found);
});
