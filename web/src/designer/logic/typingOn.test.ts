import { expect, it } from "vitest";
import { TypingOn } from "./typingOn";

it("takes typing in one place as one step, until one pauses or leaves it", () => {
  let now = 0;
  const typing = new TypingOn(() => now);
  const first = typing.step("title");
  now = 900;
  expect(typing.step("title")).toBe(first);
  now = 1_800;
  expect(typing.step("title")).toBe(first);
  now = 2_900;
  const paused = typing.step("title");
  expect(paused).not.toBe(first);
  expect(typing.step("note")).not.toBe(paused);
  expect(typing.step("title")).toBe(paused);
  typing.rest();
  expect(typing.step("title")).not.toBe(paused);
});
