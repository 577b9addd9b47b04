import { expect, test } from "vitest";
import { nearest, REACH, type Spot } from "./nearest";

const row = (id: string, x: number, y = 20): Spot => ({ id, at: { x, y }, stacked: false });
const list = (id: string, y: number): Spot => ({ id, at: { x: 30, y }, stacked: true });

test.each([
  ["on it", { x: 100, y: 20 }, "first"],
  ["on the half of a card that is nearer to it", { x: 240, y: 20 }, "first"],
  ["on the other half", { x: 260, y: 20 }, "second"],
  ["far down a tall card", { x: 260, y: 500 }, "second"],
])("the nearest place in a row: %s", (_, from, wanted) => {
  expect(nearest(from, [row("first", 100), row("second", 400)])?.id).toBe(wanted);
});

test("of two lanes it is the one whose cards are pointed at, though the next one begins nearer", () => {
  const lanes = [row("upper", 100, 20), row("lower", 100, 400)];
  expect(nearest({ x: 110, y: 280 }, lanes)?.id).toBe("upper");
  expect(nearest({ x: 110, y: 410 }, lanes)?.id).toBe("lower");
});

test("nothing is meant by somebody who points far beside the row", () => {
  expect(nearest({ x: 101 + REACH, y: 20 }, [row("first", 100)])).toBeNull();
  expect(nearest({ x: 0, y: 0 }, [])).toBeNull();
});

test("in a list it is the height that counts", () => {
  const places = [list("upper", 100), list("lower", 300)];
  expect(nearest({ x: 700, y: 180 }, places)?.id).toBe("upper");
  expect(nearest({ x: 700, y: 220 }, places)?.id).toBe("lower");
});
