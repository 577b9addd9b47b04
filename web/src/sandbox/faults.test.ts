import { expect, it } from "vitest";
import {
  type Fault,
  findOperations,
  isInNone,
  metSo,
  sentence,
  timesOf,
  type Wanted,
  wholeFault,
  written,
} from "./faults";

const fault = (more: Partial<Fault>): Fault => ({
  fault: "",
  tenant: "graph",
  kind: "500",
  times: null,
  seconds: null,
  operation: "",
  met: 0,
  ...more,
});
const all = ["GET /users", "GET /users/{key}", "DELETE /users/{key}/manager"];

it.each<[Partial<Fault>, string]>([
  [{}, "Microsoft 365 refuses every request with 500, server error."],
  [{ times: 1 }, "Microsoft 365 refuses the first request with 500, server error."],
  [
    { kind: "429", times: 2, operation: "=GET /users" },
    "Microsoft 365 refuses the first 2 requests of GET /users with 429, too many requests, Retry-After 1 s.",
  ],
  [
    { tenant: "okta", kind: "drop", operation: "lifecycle" },
    "Okta carries out every request with “lifecycle” in method and path, and breaks the connection without an answer.",
  ],
  [
    { kind: "503", seconds: 30 },
    "Microsoft 365 refuses every request with 503, unavailable, Retry-After 30 s.",
  ],
  [{ kind: "slow" }, "Microsoft 365 carries out every request, and never answers."],
  [{ kind: "slow", seconds: 5 }, "Microsoft 365 carries out every request, and answers after 5 s."],
  [{ kind: "odd" }, "Microsoft 365 meets every request with the fault odd."],
])("says a fault in a sentence: %j", (more, said) => {
  expect(sentence(fault(more))).toBe(said);
});

it.each([
  [null, 0, "No request has met it yet."],
  [null, 1, "1 request has met it."],
  [3, 2, "2 requests have met it."],
  [2, 2, "It is over: its 2 requests have come."],
])("says how many met it: %s, %s", (times, met, said) => {
  expect(metSo({ times, met })).toBe(said);
});

it("tells what is wrong with all of a tenant from what is wrong with some", () => {
  const on = [fault({ times: 2 }), fault({ operation: "users" }), fault({ kind: "403" })];
  expect(wholeFault(on, "graph")?.kind).toBe("403");
  expect(wholeFault(on, "okta")).toBeUndefined();
});

it("finds operations by words in any order", () => {
  expect(findOperations(all, "key get").shown).toEqual(["GET /users/{key}"]);
  expect(findOperations(all, "").shown).toEqual(all);
  expect(findOperations(Array(70).fill("GET /x"), "x").more).toBe(10);
});

it.each([
  ["GET /users", "", "graph:429@=GET /users"],
  [" /users ", "2", "graph:429x2@/users"],
  ["", "1", "graph:429x1"],
  ["", "0", undefined],
])("writes a fault: %s, %s", (requests, times, expected) => {
  expect(written({ tenant: "graph", kind: "429", requests, times, seconds: "" }, all)).toBe(expected);
});

it.each<[Partial<Wanted>, string | undefined]>([
  [{ seconds: "30" }, "graph:429=30"],
  [{ seconds: "5", kind: "slow", times: "2", requests: "GET /users" }, "graph:slow=5x2@=GET /users"],
  [{ seconds: "3601" }, undefined],
  [{ seconds: "0" }, undefined],
  [{ seconds: "5", kind: "500" }, "graph:500"],
  [{ seconds: "5", tenant: "mail" }, "mail:429"],
  [{ seconds: "5", tenant: "mail", kind: "slow" }, "mail:slow=5"],
])("writes how long, where a fault has that: %j", (more, expected) => {
  const wanted: Wanted = { tenant: "graph", kind: "429", requests: "", times: "", seconds: "", ...more };
  expect(written(wanted, all)).toBe(expected);
});

it("knows what is no number, and what no operation has", () => {
  expect([timesOf("1.5"), timesOf("x"), timesOf(""), timesOf(" 7 ")]).toEqual([
    undefined,
    undefined,
    null,
    7,
  ]);
  expect([isInNone("groups", all), isInNone("user", all), isInNone("", all), isInNone("x", [])]).toEqual([
    true,
    false,
    false,
    false,
  ]);
});
