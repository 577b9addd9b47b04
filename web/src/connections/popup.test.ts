import { expect, it } from "vitest";
import { endingOf } from "./popup";

function at(signIn?: string, closed = false) {
  return { closed, document: { documentElement: { dataset: signIn === undefined ? {} : { signIn } } } };
}

it("tells how a sign-in ended by the page that the app leads back to", () => {
  expect(endingOf(at())).toBeNull();
  expect(endingOf({ closed: false, document: { documentElement: null } })).toBeNull();
  expect(endingOf(at("done"))).toBe("done");
  expect(endingOf(at("refused"))).toBe("refused");
  expect(endingOf(at(undefined, true))).toBe("closed");
});

it("waits while the window is at the app, into whose page nobody may look", () => {
  const elsewhere = {
    closed: false,
    get document(): never {
      throw new DOMException(
        "Blocked a frame with origin from accessing a cross-origin frame.",
        "SecurityError",
      );
    },
  };
  expect(endingOf(elsewhere)).toBeNull();
});
