import { expect, it, vi } from "vitest";
import { ApiError, Unreachable } from "../api/errors";
import type { Flow } from "../flow/document";
import { DraftKeeper } from "./draftKeeper";

const named = (name: string): Flow => ({ id: "f", name, event: { card: "manual" } });

/** A server that answers as told, and a clock that a test winds on. */
function world(answers: (number | Error)[]) {
  const sent: [string, number, number][] = [];
  const timers: (() => void)[] = [];
  const keeper = new DraftKeeper({ revision: 1, base: 4 }, named("first"), {
    put: async (flow, follows, base) => {
      sent.push([flow.name, follows, base]);
      const answer = answers.shift() ?? new Error("nothing more was expected");
      if (typeof answer === "number") {
        return { revision: answer, same: flow.name === "as published" };
      }
      throw answer;
    },
    later: (_, what) => {
      timers.push(what);
      return () => timers.splice(timers.indexOf(what), timers.includes(what) ? 1 : 0);
    },
  });
  return { keeper, sent, timers };
}

it("saves once for many changes, after a pause", async () => {
  const { keeper, sent, timers } = world([2]);
  keeper.change(named("a"));
  keeper.change(named("ab"));
  expect(keeper.snapshot().status).toBe("waiting");
  expect(timers).toHaveLength(1);
  expect(await keeper.flush()).toBe(2);
  expect(sent).toEqual([["ab", 1, 4]]);
  expect(keeper.snapshot().status).toBe("saved");
  expect(timers).toHaveLength(0);
});

it("follows what it has saved, and sends what changed meanwhile", async () => {
  const { keeper, sent } = world([2, 3]);
  keeper.change(named("a"));
  const saving = keeper.flush();
  await Promise.resolve();
  keeper.change(named("b"));
  expect(await saving).toBe(3);
  expect(sent).toEqual([
    ["a", 1, 4],
    ["b", 2, 4],
  ]);
});

it("holds back what would go over what others made, until that may be", async () => {
  const { keeper, sent, timers } = world([2, 8]);
  const theirs = named("theirs");
  keeper.change(named("on its way"));
  const saving = keeper.flush();
  await Promise.resolve();
  keeper.change(named("mine"));
  keeper.hold("theirs would be lost");
  await saving.catch(() => undefined);
  expect(sent).toEqual([["on its way", 1, 4]]);
  expect(keeper.snapshot()).toMatchObject({ status: "changed", revision: 2 });
  expect(timers).toHaveLength(0);
  await expect(keeper.flush()).rejects.toThrow("theirs would be lost");
  keeper.release();
  expect(timers).toHaveLength(1);
  expect(await keeper.flush()).toBe(8);
  expect(sent.at(-1)).toEqual(["mine", 2, 4]);
  keeper.adopt({ revision: 9, base: 4 }, theirs);
  expect(keeper.last).toBe(theirs);
});

it("overwrites nothing that somebody else has saved, and goes on after a look at it", async () => {
  const refused = new ApiError(409, [{ code: "draft-changed", what: "Ada has changed it.", mend: "" }]);
  const { keeper, sent, timers } = world([refused, 9]);
  keeper.change(named("mine"));
  await expect(keeper.flush()).rejects.toBe(refused);
  expect(keeper.snapshot().status).toBe("changed");
  keeper.change(named("mine, longer"));
  expect(timers).toHaveLength(0);
  const theirs = named("theirs");
  keeper.adopt({ revision: 8, base: 5 }, theirs);
  keeper.change(theirs);
  expect(keeper.unsaved).toBe(false);
  keeper.change(named("mine, longer"));
  expect(await keeper.flush()).toBe(9);
  expect(sent.at(-1)).toEqual(["mine, longer", 8, 5]);
});

it("keeps what was typed while the server is away, and tries again", async () => {
  const { keeper, timers } = world([new Unreachable(), 2]);
  keeper.change(named("a"));
  await expect(keeper.flush()).rejects.toBeInstanceOf(Unreachable);
  expect(keeper.snapshot().status).toBe("away");
  expect(keeper.unsaved).toBe(true);
  timers.pop()?.();
  expect(await keeper.flush()).toBe(2);
});

it("says that the session has ended, and saves once somebody has signed in", async () => {
  const nobody = new ApiError(401, [{ code: "not-authenticated", what: "Nobody is signed in.", mend: "" }]);
  const { keeper, sent, timers } = world([nobody, nobody, 2]);
  keeper.change(named("a"));
  await expect(keeper.flush()).rejects.toBe(nobody);
  expect(keeper.snapshot()).toMatchObject({ status: "ended", error: nobody });
  keeper.change(named("ab"));
  await expect(keeper.flush()).rejects.toBe(nobody);
  expect(keeper.unsaved).toBe(true);
  timers.pop()?.();
  expect(await keeper.flush()).toBe(2);
  expect(sent.at(-1)).toEqual(["ab", 1, 4]);
  expect(keeper.snapshot().status).toBe("saved");
});

it("keeps what one has as a new draft where the flow was deleted", async () => {
  const refused = new ApiError(409, [{ code: "draft-changed", what: "It was thrown away.", mend: "" }]);
  const { keeper, sent } = world([refused, 1]);
  keeper.change(named("mine"));
  await expect(keeper.flush()).rejects.toBe(refused);
  keeper.anew(0);
  expect(keeper.snapshot()).toEqual({ status: "waiting", revision: 0, base: 0, error: null });
  expect(await keeper.flush()).toBe(1);
  expect(sent.at(-1)).toEqual(["mine", 0, 0]);
});

it("loses nothing that is typed while it is published, and saves it on top of that", async () => {
  const { keeper, sent, timers } = world([2, 1]);
  keeper.change(named("a"));
  let publish: (version: number) => void = () => {};
  const publishing = keeper.publish(
    () =>
      new Promise((resolve) => {
        publish = resolve;
      }),
  );
  await vi.waitFor(() => expect(sent).toEqual([["a", 1, 4]]));
  keeper.change(named("ab"));
  timers.pop()?.();
  await Promise.resolve();
  expect(sent).toHaveLength(1);
  publish(5);
  expect(await publishing).toBe(5);
  expect(keeper.unsaved).toBe(true);
  expect(await keeper.flush()).toBe(1);
  expect(sent.at(-1)).toEqual(["ab", 0, 5]);
  expect(keeper.snapshot()).toMatchObject({ status: "saved", revision: 1, base: 5 });
});

it("is as published where nothing was typed meanwhile, and goes on where publishing was refused", async () => {
  const { keeper, sent } = world([2, 3]);
  keeper.change(named("a"));
  const refused = new ApiError(409, [{ code: "published-meanwhile", what: "Ada did.", mend: "" }]);
  await expect(keeper.publish(() => Promise.reject(refused))).rejects.toBe(refused);
  keeper.change(named("b"));
  expect(await keeper.publish(async () => 6)).toBe(6);
  expect(sent.at(-1)).toEqual(["b", 2, 4]);
  expect(keeper.snapshot()).toMatchObject({ status: "same", revision: 0, base: 6 });
});

it("holds what was saved and is gone, until it is kept on top of what is published", async () => {
  const { keeper, sent, timers } = world([8]);
  keeper.lost("It is gone.");
  expect(keeper.snapshot()).toMatchObject({ status: "changed", revision: 1 });
  expect(keeper.unsaved).toBe(true);
  expect(timers).toHaveLength(0);
  await expect(keeper.flush()).rejects.toThrow("It is gone.");
  expect(sent).toEqual([]);
  keeper.anew(4);
  expect(await keeper.flush()).toBe(8);
  expect(sent).toEqual([["first", 0, 4]]);
});

it("is busy while something is done with the draft, and saves nothing meanwhile", async () => {
  const { keeper, sent, timers } = world([2]);
  let answer: () => void = () => {};
  const done = keeper.apart(() => new Promise<void>((resolve) => (answer = resolve)));
  keeper.change(named("typed"));
  timers.pop()?.();
  expect([keeper.busy, sent.length]).toEqual([true, 0]);
  answer();
  await done;
  await vi.waitFor(() => expect(keeper.busy).toBe(false));
  expect(await keeper.flush()).toBe(2);
});

it("publishes nothing that somebody else has changed meanwhile, and waits until it is looked at", async () => {
  const { keeper, sent } = world([]);
  const refused = new ApiError(409, [{ code: "draft-changed", what: "Ada has changed it.", mend: "" }]);
  expect(await keeper.publish(() => Promise.reject(refused))).toBeNull();
  expect(keeper.snapshot()).toMatchObject({ status: "changed", error: refused });
  expect(keeper.unsaved).toBe(true);
  expect(sent).toEqual([]);
  const stale = new ApiError(409, [{ code: "published-meanwhile", what: "Another one is live.", mend: "" }]);
  const theirs = named("theirs");
  keeper.adopt({ revision: 8, base: 5 }, theirs);
  await expect(keeper.publish(() => Promise.reject(stale))).rejects.toBe(stale);
});

it("stands as published where the server says that nothing is changed", async () => {
  const { keeper, sent } = world([2, 3]);
  keeper.change(named("as published"));
  expect(await keeper.flush()).toBe(2);
  expect(keeper.snapshot()).toMatchObject({ status: "same", revision: 2 });
  keeper.change(named("a"));
  expect(await keeper.flush()).toBe(3);
  expect(keeper.snapshot().status).toBe("saved");
  expect(sent).toEqual([
    ["as published", 1, 4],
    ["a", 2, 4],
  ]);
});
