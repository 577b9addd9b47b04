import { expect, it, vi } from "vitest";
import { isOpen, type Nesting, placeOf, toggle, within } from "./nesting";

const Frame = () => null;

function nest(changes: Partial<Nesting> = {}): Nesting {
  return {
    key: "outer",
    chain: ["outer"],
    active: "outer",
    activate: () => {},
    open: new Map(),
    show: () => {},
    left: () => {},
    Frame,
    list: false,
    aside: true,
    setAside: () => {},
    side: null,
    bottom: null,
    ...changes,
  };
}

it("opens a helper flow at the card that is pressed, and closes it there", () => {
  const show = vi.fn();
  toggle(nest({ show }), "call", "helper");
  expect(show).toHaveBeenLastCalledWith("helper", "outer/call");
  const open = new Map([["helper", "outer/call"]]);
  toggle(nest({ show, open }), "call", "helper");
  expect(show).toHaveBeenLastCalledWith("helper", null);
  toggle(nest({ show, open }), "another", "helper");
  expect(show).toHaveBeenLastCalledWith("helper", "outer/another");
});

it("opens no flow within itself", () => {
  const show = vi.fn();
  toggle(within(nest({ show }), "call", "helper"), "again", "outer");
  toggle(within(nest({ show }), "call", "helper"), "again", "helper");
  expect(show).not.toHaveBeenCalled();
});

it("tells apart cards of the same id in flows within each other", () => {
  const outer = nest({ open: new Map([["deep", "outer/call/call"]]) });
  expect(isOpen(outer, "call", "deep")).toBe(false);
  const inner = within(outer, "call", "helper");
  expect(placeOf(inner, "call")).toBe("outer/call/call");
  expect(isOpen(inner, "call", "deep")).toBe(true);
  expect(isOpen(inner, "call", undefined)).toBe(false);
});
