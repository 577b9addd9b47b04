import { expect, it } from "vitest";
import { freshKey } from "./freshKey";

it("makes a key with what a page on plain http has", () => {
  // on http there is a source of random bytes and nothing else
  const source = {
    getRandomValues: <T>(into: T): T => {
      (into as unknown as Uint8Array).set([0, 1, 10, 255]);
      return into;
    },
  };
  expect(freshKey(source)).toBe(`00010aff${"0".repeat(24)}`);
  expect(freshKey()).toMatch(/^[0-9a-f]{32}$/);
  expect(freshKey()).not.toBe(freshKey());
});
