import { expect, test } from "vitest";
import { onceThere } from "./onceThere";
import { reachability } from "./reachability";

test("a part that fails while the server answers has failed", async () => {
  const load = () => Promise.reject(new Error("no such part"));
  const there = async () => true;
  await expect(onceThere(load, there, async () => {})).rejects.toThrow("no such part");
});

test("one request that is lost is made once more", async () => {
  const answers = [Promise.reject(new Error("lost")), Promise.resolve("the part")];
  const load = () => answers.shift() ?? Promise.reject(new Error("a third time"));
  const there = async () => true;
  expect(await onceThere(load, there, async () => {})).toBe("the part");
});

test("while the server is away a part is waited for, and loaded once it is back", async () => {
  let tries = 0;
  const load = async () => {
    tries += 1;
    if (tries === 1) {
      throw new Error("gone");
    }
    return "the part";
  };
  const gone = new Promise<void>((resolve) => {
    const stop = reachability.subscribe(() => {
      stop();
      resolve();
    });
  });
  const loaded = onceThere(
    load,
    async () => false,
    async () => {},
  );
  await gone;
  expect(reachability.reachable).toBe(false);
  expect(tries).toBe(1);
  reachability.answered();
  expect(await loaded).toBe("the part");
});
