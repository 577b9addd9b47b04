import { describe, expect, it } from "vitest";
import type { Card, Flow } from "./document";
import { around, EVENT, layOut, neighbour, sizes } from "./layout";

function card(id: string, more: Partial<Card> = {}): Card {
  return { id, card: "text.compose", ...more };
}

function flow(...cards: Card[]): Flow {
  return { id: "f", name: "F", event: { card: "manual" }, cards };
}

const decide = card("decide", {
  card: "branch.if",
  branches: [
    { when: {}, cards: [card("yes"), card("then")] },
    { otherwise: true, cards: [card("no")] },
  ],
});

describe("layOut", () => {
  it("puts cards in a row behind the event", () => {
    const { event, row, width } = layOut(flow(card("a"), card("b")));
    expect(event.x).toBe(0);
    expect(row.boxes.map((box) => box.x)).toEqual([sizes.card + sizes.wire, 2 * (sizes.card + sizes.wire)]);
    expect(width).toBe(3 * sizes.card + 2 * sizes.wire);
  });

  it("numbers cards in document order, those inside a frame too", () => {
    const { order } = layOut(flow(card("a"), decide, card("b")));
    expect(order.map((box) => [box.id, box.number])).toEqual([
      [EVENT, 0],
      ["a", 1],
      ["decide", 2],
      ["yes", 3],
      ["then", 4],
      ["no", 5],
      ["b", 6],
    ]);
  });

  it("makes a frame as wide as its widest lane, and the next card stands behind it", () => {
    const { row } = layOut(flow(decide, card("b")));
    const [frame, after] = row.boxes;
    const lanes = 2 * (sizes.card + sizes.wire);
    expect(frame?.width).toBe(lanes + sizes.lead + 2 * sizes.framePadding);
    expect(after?.x).toBe((frame?.x ?? 0) + (frame?.width ?? 0) + sizes.wire);
  });

  it("keeps the numbers of later cards when a frame is folded", () => {
    const { order, byId } = layOut(flow(decide, card("b")), new Set(["decide"]));
    expect(order.map((box) => box.id)).toEqual([EVENT, "decide", "b"]);
    expect(byId.get("b")?.number).toBe(5);
    const frame = byId.get("decide");
    expect(frame?.kind === "frame" && frame.inside).toBe(3);
    expect(frame?.width).toBe(sizes.card);
  });

  it("gives an empty lane room, and says where each lane is in the document", () => {
    const empty = card("each", {
      card: "list.for_each",
      do: [card("inside")],
      branches: [{ otherwise: true }],
    });
    const frame = layOut(flow(empty)).byId.get("each");
    expect(frame?.kind === "frame" && frame.lanes.map((lane) => lane.place)).toEqual([
      { parent: "each", lane: 0 },
      { parent: "each", lane: "do" },
    ]);
  });

  it("tells the depth of frames in frames", () => {
    const outer = card("outer", { branches: [{ otherwise: true, cards: [decide] }] });
    const { byId } = layOut(flow(outer));
    expect(["outer", "decide", "yes"].map((id) => byId.get(id)?.depth)).toEqual([0, 1, 2]);
    expect(around(flow(outer), "no")).toEqual(["outer", "decide"]);
    expect(around(flow(outer), "unknown")).toEqual([]);
  });
});

describe("neighbour", () => {
  const layout = layOut(flow(card("a"), decide, card("b")));

  it.each([
    [EVENT, "left", EVENT],
    [EVENT, "right", "a"],
    ["a", "right", "decide"],
    ["decide", "right", "yes"],
    ["yes", "right", "then"],
    ["no", "right", "b"],
    ["b", "right", "b"],
    ["decide", "down", "yes"],
    ["yes", "down", "no"],
    ["then", "down", "no"],
    ["no", "down", "no"],
    ["no", "up", "yes"],
    ["yes", "up", "decide"],
    ["a", "up", "a"],
    ["a", "first", EVENT],
    ["a", "last", "b"],
    ["gone", "right", EVENT],
  ] as const)("from %s %s is %s", (id, direction, there) => {
    expect(neighbour(layout, id, direction)).toBe(there);
  });
});
