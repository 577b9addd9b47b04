import { expect, it } from "vitest";
import { leads } from "./useSandbox";

it.each([
  [["http://127.0.0.1:8451/okta"], ["http://127.0.0.1:8451/okta/"], true],
  [["https://example.okta.com", "http://127.0.0.1:8451/graph/v1.0"], ["http://127.0.0.1:8451/graph"], true],
  [["http://127.0.0.1:84510"], ["http://127.0.0.1:8451"], false],
  [["https://example.okta.com"], ["http://127.0.0.1:8451"], false],
  [[""], [""], false],
  [["https://example.okta.com"], [], false],
])("finds whether one of %j leads to the sandbox at %j", (addresses, tenants, is) => {
  expect(leads(addresses, tenants)).toBe(is);
});
