import { expect, it } from "vitest";
import { begin, redo, step, undo } from "./timeline";

it("goes back and forth", () => {
  let line = step(step(begin("a"), "b"), "c");
  line = undo(undo(line));
  expect(line.present).toBe("a");
  expect(undo(line)).toBe(line);
  line = redo(line);
  expect(line.present).toBe("b");
  line = step(line, "d");
  expect(redo(line)).toBe(line);
  expect(undo(line).present).toBe("b");
});

it("takes typing in one place as one step", () => {
  let line = step(begin(""), "H", "title");
  line = step(line, "He", "title");
  line = step(line, "He", "title");
  line = step(line, "He!", "note");
  expect(undo(line).present).toBe("He");
  expect(undo(undo(line)).present).toBe("");
});

it("begins a new step after going back", () => {
  let line = step(step(begin("a"), "b", "k"), "c", "k");
  line = step(undo(line), "d", "k");
  expect(undo(line).present).toBe("a");
});
