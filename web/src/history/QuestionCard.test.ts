import { expect, it } from "vitest";
import { sentAt } from "./QuestionCard";
import type { Entry } from "./run";

it("counts how often a change was sent, and no look at how things stand", () => {
  const request = (attempt: number, method: string, at: string) => ({
    ...{ method, at, request_headers: [["Keyturn-Attempt", `${attempt}`]] },
  });
  const entry = (attempt: number, ...exchanges: unknown[]) => ({ attempt, at: "t0", exchanges }) as Entry;
  const first = entry(1, request(1, "PATCH", "t1"), request(1, "GET", "t2"));
  expect(sentAt([first])).toEqual(["t1"]);
  expect(sentAt([first, entry(2, request(2, "PATCH", "t3"))])).toEqual(["t1", "t3"]);
  expect(sentAt([entry(1)])).toEqual([]);
});
