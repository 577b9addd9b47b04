import { expect, it } from "vitest";
import { asked, filterIn } from "./filter";

it("reads a filter from an address and leaves out what it does not know", () => {
  const search = { flow: "f", status: "failed", about: " ", text: 7, when: "day", other: "x" };
  expect(filterIn(search)).toEqual({ flow: "f", status: "failed", when: "day" });
  expect(filterIn({ status: "lost", when: "soon" })).toEqual({});
  expect(filterIn({ when: "2026-11-25" })).toEqual({ when: "2026-11-25" });
});

it("asks for a span that ends now, the same within a minute", () => {
  const first = asked({ when: "hour" }, new Date("2026-11-25T10:30:05Z"));
  expect(first).toEqual({ since: "2026-11-25T09:30:00.000Z" });
  expect(asked({ when: "hour" }, new Date("2026-11-25T10:30:59Z"))).toEqual(first);
});

it("asks for a whole day of the browser's time zone", () => {
  const { since, until } = asked({ when: "2026-11-25", text: "ada" }, new Date());
  expect(new Date(since ?? "").getHours()).toBe(0);
  expect(new Date(until ?? "").getTime() - new Date(since ?? "").getTime()).toBe(24 * 3_600_000);
});

it("asks for everything where a day is none", () => {
  expect(asked({ when: "2026-99-99" }, new Date())).toEqual({});
});

it("leaves trials, and what was run again, out where that is wanted", () => {
  expect(filterIn({ trials: "no", flow: "f" })).toEqual({ trials: "no", flow: "f" });
  expect(filterIn({ trials: "yes" })).toEqual({});
  expect(asked({ trials: "no" }, new Date())).toEqual({ trials: false });
  expect(filterIn({ again: "no" })).toEqual({ again: "no" });
  expect(asked({ again: "no" }, new Date())).toEqual({ run_again: false });
  expect(asked({}, new Date())).toEqual({});
});
