import { describe, expect, it } from "vitest";
import {
  asDateTime,
  asTime,
  daysOf,
  isZoneFor,
  kindOf,
  leftOverOptions,
  ofKind,
  toggled,
  zonesFrom,
} from "./schedule";

describe("the kind of a schedule", () => {
  it("is cron text, a unit, or not said", () => {
    expect(kindOf({ cron: "0 9 * * *", unit: "days" })).toBe("cron");
    expect(kindOf({ cron: null, unit: "weeks" })).toBe("weeks");
    expect(kindOf({ unit: "fortnights" })).toBeNull();
    expect(kindOf({})).toBeNull();
  });

  it("brings what it needs and the own zone when it is chosen first", () => {
    expect(ofKind({}, "weeks", {}, "Europe/Berlin")).toEqual({
      ...{ unit: "weeks", weekdays: ["monday"], at: "09:00", zone: "Europe/Berlin" },
    });
  });

  it("takes away what means nothing and keeps what does", () => {
    const weekly = { unit: "weeks", every: 2, weekdays: ["friday"], at: "07:30", start: "2026-12-01" };
    expect(ofKind(weekly, "days", {}, "Europe/Berlin")).toEqual({
      ...{ unit: "days", every: 2, at: "07:30", start: "2026-12-01" }, // no zone: it was UTC, and stays so
    });
    expect(ofKind(weekly, "cron", {}, "UTC")).toEqual({ cron: "0 9 * * *", start: "2026-12-01" });
  });

  it("gives back what was there before", () => {
    const kept = { weekdays: ["friday"], at: "07:30", cron: "5 4 * * *", every: 15 };
    expect(ofKind({ cron: "0 1 * * *" }, "weeks", kept, "UTC")).toEqual({
      ...{ unit: "weeks", weekdays: ["friday"], at: "07:30" },
    });
    expect(ofKind({ unit: "hours" }, "cron", kept, "UTC")).toEqual({ cron: "5 4 * * *" });
  });

  it("leaves alone what is no option of a schedule", () => {
    expect(ofKind({ unit: "days", odd: 1 }, "hours", {}, "UTC")).toEqual({ unit: "hours", odd: 1 });
  });
});

it("tells what is left over", () => {
  expect(leftOverOptions({ cron: "0 9 * * *", every: 2, zone: "UTC" })).toEqual(["every"]);
  expect(leftOverOptions({ unit: "weeks", day: 3, at: "09:00", end: "2027-01-01" })).toEqual(["day"]);
  expect(leftOverOptions({ unit: "months", day: 3, weekdays: null })).toEqual([]);
  expect(leftOverOptions({ unit: "days", odd: 1 })).toEqual(["odd"]);
});

describe("days", () => {
  it("are those of the list, or as the server reads the text", () => {
    expect(daysOf(["Friday", "monday", "mon"], ["tuesday"])).toEqual(["monday", "friday"]);
    expect(daysOf("friday", ["friday"])).toEqual(["friday"]);
    expect(daysOf(undefined, ["monday"])).toEqual(["monday"]);
  });

  it("go on and off, and one stays", () => {
    expect(toggled(["wednesday"], "monday")).toEqual(["monday", "wednesday"]);
    expect(toggled(["monday", "wednesday"], "monday")).toEqual(["wednesday"]);
    expect(toggled(["wednesday"], "wednesday")).toEqual(["wednesday"]);
  });
});

it("shows times in fields of their own, and what is none as it is", () => {
  expect([asTime("9:05"), asTime("17:30"), asTime(undefined), asTime("noon"), asTime("25:00")]).toEqual([
    ...["09:05", "17:30", "", null, null],
  ]);
  expect([asDateTime("2026-12-01T09:00"), asDateTime("2026-12-01"), asDateTime(undefined)]).toEqual([
    ...["2026-12-01T09:00", "2026-12-01T00:00", ""],
  ]);
  expect(asDateTime("2026-12-01T09:00:00+01:00")).toBeNull();
});

describe("zones", () => {
  it("begin with the own one", () => {
    const all = ["America/New_York", "Asia/Tokyo", "Europe/Berlin"];
    expect(zonesFrom("Asia/Tokyo", all, "Europe/Berln")).toEqual([
      ...["Asia/Tokyo", "UTC", "America/New_York", "Europe/Berlin", "Europe/Berln"],
    ]);
  });

  it("are found by their cities", () => {
    expect(isZoneFor("America/New_York", " new y")).toBe(true);
    expect(isZoneFor("America/New_York", "america/new")).toBe(true);
    expect(isZoneFor("America/New_York", "york new")).toBe(false);
  });
});
