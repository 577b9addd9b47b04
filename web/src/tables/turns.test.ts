import { expect, it } from "vitest";
import { Turns } from "./turns";

it("does one after the other, is busy until the last has ended, and goes on behind what failed", async () => {
  const turns = new Turns();
  const said: string[] = [];
  let answer: () => void = () => {};
  const first = turns.take(async () => {
    await new Promise<void>((resolve) => {
      answer = resolve;
    });
    said.push("first");
    throw new Error("refused");
  });
  const failed = expect(first).rejects.toThrow("refused");
  void turns.take(async () => said.push("second"));
  let idle = false;
  const waiting = turns.idle().then(() => {
    idle = true;
  });
  await Promise.resolve();
  expect([said, turns.busy, idle]).toEqual([[], true, false]);
  // wanted while somebody waits: it belongs to what has to be done
  const third = turns.take(async () => said.push("third"));
  answer();
  await Promise.all([failed, waiting, third]);
  expect([said, turns.busy]).toEqual([["first", "second", "third"], false]);
  await turns.idle();
});
