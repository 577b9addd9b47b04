import { expect, it } from "vitest";
import type { Flow } from "../../flow/document";
import type { Entry } from "../../history/run";
import { oneRound } from "./roundsRun";

const leaf = { id: "leaf", card: "text.compose" };
const flow = {
  cards: [
    { id: "before", card: "text.compose" },
    {
      id: "outer",
      card: "list.for_each",
      do: [
        { id: "check", card: "text.compose" },
        { id: "deep", card: "list.for_each", do: [leaf] },
      ],
    },
  ],
} as unknown as Flow;

/** The outer loop has 300 rounds, the one in it as many as the round's number says. */
async function read(inside: string): Promise<Entry[]> {
  const entry = (id: string, more: object = {}) =>
    ({
      path: inside === "" ? id : `${inside}/${id}`,
      card_id: id,
      status: "done",
      attempt: 1,
      ms: 1,
      ...more,
    }) as Entry;
  if (inside === "") {
    return [entry("before"), entry("outer", { outputs: { count: 300 } })];
  }
  if (inside.includes("deep")) {
    return [entry("leaf")];
  }
  const number = Number(/\d+/.exec(inside)?.[0]);
  return [entry("check"), entry("deep", { outputs: { count: number } })];
}

async function paths(wanted: Record<string, number>, failed: string | null = null): Promise<string[]> {
  return (await oneRound(flow, wanted, failed, read)).entries.map((entry) => entry.path);
}

it("gives what stands in no loop, and of each loop the last round", async () => {
  const last = ["before", "outer", "outer[299]/check", "outer[299]/deep", "outer[299]/deep[298]/leaf"];
  expect(await paths({})).toEqual(last);
  expect((await oneRound(flow, {}, null, read)).loops).toEqual([
    { loop: "outer", round: 299, count: 300 },
    { loop: "deep", round: 298, count: 299 },
  ]);
});

it("gives the round in which it failed, and the one that is wanted before that", async () => {
  const failed = "outer[7]/deep[2]/leaf";
  expect(await paths({}, failed)).toContain(failed);
  expect(await paths({ deep: 4 }, failed)).toContain("outer[7]/deep[4]/leaf");
});

it("gives the last round where there is none of that number, and nothing of a loop without rounds", async () => {
  expect(await paths({ outer: 999 })).toContain("outer[299]/check");
  expect(await paths({ outer: 0 })).toEqual(["before", "outer", "outer[0]/check", "outer[0]/deep"]);
});

it("follows a loop at work", async () => {
  const atWork = async (inside: string) =>
    (await read(inside)).map((one) => (one.card_id === "outer" ? { ...one, ended: 12 } : one));
  expect((await oneRound(flow, {}, null, atWork)).loops[0]).toEqual({ loop: "outer", round: 12, count: 300 });
});
