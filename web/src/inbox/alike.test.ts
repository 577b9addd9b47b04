import { describe, expect, it } from "vitest";
import { Unreachable } from "../api/errors";
import { beginning, decideEach, samePause, sameQuestion, type Told, type Waits } from "./alike";
import type { Asking, Paused } from "./waiting";

function asking(more: { flow?: string; version?: number; path?: string; code?: string | null }): Asking {
  const { flow = "f", version = 3, path = "off", code = "outcome-unknown" } = more;
  const error = code === null ? null : { code };
  const question = { run_id: "r", path, attempt: 1, card: "okta.suspend_user", error };
  return {
    ...{
      question,
      root_id: "r",
      flow_id: flow,
      flow_name: "F",
      version,
      about: null,
      since: null,
      works_for: null,
    },
  } as Asking;
}

function paused(path: string, version = 1): Paused {
  const pause = { run_id: "r", root_id: "r", path, since: "", until: "" };
  return { pause, flow_id: "f", flow_name: "F", version, about: null, works_for: null } as Paused;
}

describe("what waits alike", () => {
  it.each([
    [{}, true],
    [{ path: "each[7]/off" }, true],
    [{ path: "on" }, false],
    [{ version: 4 }, false],
    [{ flow: "g" }, false],
    [{ code: "timeout" }, false],
    [{ code: null }, false],
  ])("of unknown outcomes: %j is %s", (other, expected) => {
    expect(sameQuestion(asking({}), asking(other))).toBe(expected);
  });

  it("of pauses is at the same card of the same version", () => {
    expect(samePause(paused("word"), paused("each[2]/word"))).toBe(true);
    expect(samePause(paused("word"), paused("other"))).toBe(false);
    expect(samePause(paused("word"), paused("word", 2))).toBe(false);
  });
});

describe("one answer for all", () => {
  const all = ["a", "b", "c"].map((key): Waits => ({ key, run: key, about: null, since: null }));
  const keys = (rows: readonly Waits[]) => rows.map((row) => row.key);

  async function answered(
    decide: (one: Waits) => Promise<unknown>,
    stopped = () => false,
    from = beginning(all),
  ) {
    const told: Told[] = [];
    const ended = await decideEach(from, decide, (one) => told.push(one), stopped).catch((error) => error);
    return { told, last: told.at(-1) ?? from, ended };
  }

  it("is given to each, one after the other, and told after each", async () => {
    const said: string[] = [];
    const { told, last } = await answered(async (one) => said.push(one.key));
    expect(said).toEqual(["a", "b", "c"]);
    expect(told.map((one) => one.decided)).toEqual([1, 2, 3]);
    expect(last).toEqual({ decided: 3, refused: [], left: [] });
  });

  it("passes by what is refused, and says why", async () => {
    const why = new Error("decided by somebody else");
    const { last } = await answered(async (one) => {
      if (one.key === "b") {
        throw why;
      }
    });
    expect(last.decided).toBe(2);
    expect(last.refused).toEqual([{ of: all[1], error: why }]);
    expect(last.left).toEqual([]);
  });

  it("ends when somebody stops it, and goes on with those that are left", async () => {
    let count = 0;
    const { last } = await answered(
      async () => {
        count += 1;
      },
      () => count === 2,
    );
    expect(keys(last.left)).toEqual(["c"]);
    const on = await answered(async () => {}, undefined, last);
    expect(on.last).toEqual({ decided: 3, refused: [], left: [] });
  });

  it("waits where the server is gone: nothing is taken for refused", async () => {
    const { last, ended } = await answered(async (one) => {
      if (one.key === "b") {
        throw new Unreachable();
      }
    });
    expect(ended).toBeInstanceOf(Unreachable);
    expect(keys(last.left)).toEqual(["b", "c"]);
    expect(last.refused).toEqual([]);
  });
});
