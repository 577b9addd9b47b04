import { describe, expect, it } from "vitest";
import type { Flow } from "../flow/document";
import {
  callsInRounds,
  cardAt,
  everyTry,
  paint,
  paintedOf,
  pathOf,
  placeIn,
  roundCalled,
  roundCount,
  roundPath,
  roundsIn,
  saidRounds,
  timeline,
  triedAt,
  writtenRounds,
} from "./painted";
import type { Entry } from "./run";

function entry(path: string, more: Partial<Entry> = {}): Entry {
  return {
    run_id: "r",
    path,
    card_id: cardAt(path),
    card: "text.compose",
    status: "done",
    at: "2026-11-25T10:00:00.000Z",
    ms: 1,
    attempt: 1,
    replayed: false,
    inputs: null,
    outputs: null,
    error: null,
    exchanges: [],
    warnings: [],
    cut: [],
    waited: 0,
    ...more,
  };
}

const nested: Flow = {
  id: "f",
  name: "F",
  event: { card: "manual" },
  cards: [
    { id: "a", card: "x" },
    {
      id: "outer",
      card: "list.for_each",
      do: [
        {
          id: "decide",
          card: "branch.if",
          branches: [{ cards: [{ id: "each", card: "list.for_each", do: [{ id: "b", card: "x" }] }] }],
        },
      ],
    },
  ],
};

describe("paint", () => {
  it("gathers the tries of a card and shows how the last one went", () => {
    const tries = [
      entry("a", { attempt: 2, status: "done", ms: 3 }),
      entry("a", { status: "failed", ms: 2 }),
    ];
    const painted = paintedOf(paint(tries), "a");
    expect(painted.state).toBe("done");
    expect(painted.tries.map((one) => one.attempt)).toEqual([1, 2]);
    expect(painted.ms).toBe(5);
  });

  it("says which card was not reached", () => {
    expect(paintedOf(paint([]), "a").state).toBe("not reached");
  });
});

describe("timeline", () => {
  it("shows tries that failed and the waits between them", () => {
    const at = (ms: number) => new Date(Date.UTC(2026, 10, 25) + ms).toISOString();
    const entries = [
      entry("a", { at: at(0), ms: 0.5 }),
      entry("b", { at: at(1), ms: 1 }),
      entry("c", { at: at(2), ms: 100, status: "failed" }),
      entry("c", { at: at(1_102), ms: 90, status: "failed", attempt: 2 }),
    ];
    expect(timeline(entries)).toEqual([
      { kind: "work", ms: 1.5 },
      { kind: "bad", ms: 100 },
      { kind: "wait", ms: 1_000 },
      { kind: "bad", ms: 90 },
    ]);
  });

  it("shows what a card waited for before it went on, once for all that is in its frame", () => {
    const at = (ms: number) => new Date(Date.UTC(2026, 10, 25) + ms).toISOString();
    const entries = [
      entry("frame", { at: at(0), ms: 3, waited: 18_000 }),
      entry("asked", { at: at(1), ms: 2, waited: 17_990 }),
      entry("next", { at: at(18_003), ms: 1 }),
    ];
    expect(timeline(entries)).toEqual([
      { kind: "work", ms: 3 },
      { kind: "wait", ms: 18_000 },
      { kind: "work", ms: 3 },
    ]);
  });

  it("takes no unknown outcome for a failure, and nothing that waits or was cancelled for work", () => {
    const at = (ms: number) => new Date(Date.UTC(2026, 10, 25) + ms).toISOString();
    const entries = ["done", "unknown", "waiting", "cancelled"].map((status, number) =>
      entry(`c${number}`, { at: at(number * 10), ms: 10, status }),
    );
    expect(timeline(entries).map(({ kind }) => kind)).toEqual(["work", "ask", "wait", "wait"]);
  });

  it("has a wait that is not over yet", () => {
    const began = Date.UTC(2026, 10, 25);
    const asked = entry("a", { at: new Date(began).toISOString(), ms: 10, status: "unknown" });
    expect(timeline([asked], began + 60_010)).toEqual([
      { kind: "ask", ms: 10 },
      { kind: "wait", ms: 60_000 },
    ]);
    expect(timeline([asked], began).map(({ kind }) => kind)).toEqual(["ask"]);
  });

  it("is empty without entries", () => {
    expect(timeline([])).toEqual([]);
    expect(timeline([], Date.now())).toEqual([]);
  });
});

describe("paths", () => {
  it("names the round of each loop around a card, branches do not count", () => {
    expect(pathOf(nested, "a", {})).toBe("a");
    expect(pathOf(nested, "decide", { outer: 2 })).toBe("outer[2]/decide");
    expect(pathOf(nested, "b", { outer: 2, each: 17 })).toBe("outer[2]/each[17]/b");
    expect(roundPath(nested, "outer", {})).toBe("outer[0]");
  });

  it("reads rounds and card out of a path again", () => {
    expect(roundsIn("outer[2]/each[17]/b")).toEqual({ outer: 2, each: 17 });
    expect(roundsIn("b")).toEqual({});
    expect(roundsIn(writtenRounds({ outer: 2, each: 17 }))).toEqual({ outer: 2, each: 17 });
    expect(placeIn({ rounds: "outer[2]/each[17]/b" })).toEqual({ rounds: "outer[2]/each[17]" });
    expect(placeIn({ rounds: "b" })).toEqual({});
    expect(cardAt("outer[2]/each[17]")).toBe("each");
  });

  it("knows how many rounds there are by the count, the list, or what was cut of it", () => {
    expect(roundCount(paintedOf(paint([entry("e", { outputs: { count: 3 } })]), "e"))).toBe(3);
    expect(roundCount(paintedOf(paint([entry("e", { inputs: { list: [1, 2] } })]), "e"))).toBe(2);
    const cut = {
      part: "inputs",
      field: "list",
      kind: "list",
      bytes: 9_000,
      count: 500,
      start: "[",
      digest: "",
      kept: null,
      whole: null,
    };
    expect(roundCount(paintedOf(paint([entry("e", { inputs: { list: null }, cut: [cut] })]), "e"))).toBe(500);
    expect(roundCount(paintedOf(paint([]), "e"))).toBeNull();
  });
});

it("tells when each try of a card began, if there were several", () => {
  const times = ["2026-11-25T10:00:00.310Z", "2026-11-25T10:00:01.980Z", "2026-11-25T10:00:04.200Z"];
  const tries = times.map((at, number) => entry("a", { at, attempt: number + 1, status: "failed" }));
  expect(triedAt(paintedOf(paint(tries), "a"))).toEqual(times);
  expect(triedAt(paintedOf(paint(tries.slice(0, 1)), "a"))).toEqual([]);
});

it("gathers the requests of each try, and knows no times that an older run does not tell", () => {
  const request = (attempt: number, at?: string) => ({
    at,
    request_headers: [["Keyturn-Attempt", `${attempt}`]],
  });
  const one = (...exchanges: unknown[]) =>
    everyTry(paintedOf(paint([entry("a", { attempt: 2, exchanges: exchanges as Entry["exchanges"] })]), "a"));
  const told = one(request(1, "t1"), request(1, "t2"), request(2, "t3"));
  expect(told.map(({ attempt, at, exchanges }) => [attempt, at, exchanges.length])).toEqual([
    [1, "t1", 2],
    [2, "t3", 1],
  ]);
  const old = one(request(1), request(2));
  expect(old.map(({ at }) => at)).toEqual(["2026-11-25T10:00:00.000Z", null]);
});

describe("rounds that call a helper flow", () => {
  it("are told by the path of the call", () => {
    expect(roundCalled("outer[2]/each[17]")).toBe(17);
    expect(roundCalled("outer[2]/call")).toBeNull();
    expect(saidRounds("outer[2]/each[17]")).toBe("3.18");
    expect(saidRounds("outer[2]/call")).toBe("3");
    expect(saidRounds("call")).toBe("");
  });

  it("are those of loops, and not of a card that calls once", () => {
    const call = { flow: "h" };
    expect(callsInRounds({ id: "a", card: "list.for_each", call })).toBe(true);
    expect(callsInRounds({ id: "a", card: "flow.call", call })).toBe(false);
    expect(callsInRounds({ id: "a", card: "list.for_each", do: [] })).toBe(false);
  });
});

describe("a cancelled run", () => {
  it("has cards that wait no more, and such whose outcome nobody knows", () => {
    const painting = paint([entry("a", { status: "cancelled" }), entry("b", { status: "unknown" })]);
    expect(paintedOf(painting, "a").state).toBe("cancelled");
    expect(paintedOf(painting, "b").state).toBe("unknown");
  });
});
