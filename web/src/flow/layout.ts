/**
 * Where cards stand: a row from left to right, with a frame of lanes for each card that has cards inside. Pure
 * geometry, no React. Widths and horizontal places are known here; heights are the text's matter and come from CSS.
 */
import { type Branch, type Card, type Flow, isFrame, walk } from "./document";

/** Pixels; card-row.module.css has the same figures. */
export const sizes = { card: 252, wire: 38, lead: 92, framePadding: 14, emptyLane: 220 };

/** The id by which the event stands in a layout. No card can have it: ids of cards begin with a letter. */
export const EVENT = "@event";

/** Stands for whom the flow is about, where it is told who uses a value. */
export const ABOUT = "@about";

/** A list of cards in the document: the flow's own, or one inside a card. */
export interface Place {
  /** The card that the list is inside of; null for the flow's own. */
  parent: string | null;
  /** The number of the branch, or "do" for a loop body. */
  lane: number | "do" | null;
}

interface Standing {
  id: string;
  /** The card's number in document order, from 1; the event has 0. */
  number: number;
  /** How many frames are around it. */
  depth: number;
  /** Left edge, from the left edge of the whole. */
  x: number;
  width: number;
}

export interface CardBox extends Standing {
  kind: "card";
  card: Card;
}

export interface EventBox extends Standing {
  kind: "event";
}

export interface Lane {
  place: Place;
  branch: Branch | null;
  row: Row;
}

export interface Frame extends Standing {
  kind: "frame";
  card: Card;
  folded: boolean;
  /** Cards inside, at any depth. */
  inside: number;
  lanes: Lane[];
}

export type Box = CardBox | Frame;

export interface Row {
  place: Place;
  boxes: Box[];
  width: number;
}

export interface Layout {
  event: EventBox;
  row: Row;
  width: number;
  /** All that is to be seen, in document order, the event first. */
  order: (EventBox | Box)[];
  byId: ReadonlyMap<string, EventBox | Box>;
}

/** Lay a flow out. Frames in ``folded`` show their head only. */
export function layOut(flow: Flow, folded: ReadonlySet<string> = new Set()): Layout {
  const event: EventBox = { kind: "event", id: EVENT, number: 0, depth: 0, x: 0, width: sizes.card };
  const order: (EventBox | Box)[] = [event];
  let number = 0;

  function layRow(cards: readonly Card[], place: Place, left: number, depth: number): Row {
    const boxes: Box[] = [];
    let x = left;
    for (const card of cards) {
      x += sizes.wire;
      const box = isFrame(card) ? layFrame(card, x, depth) : layCard(card, x, depth);
      boxes.push(box);
      x += box.width;
    }
    return { place, boxes, width: x - left };
  }

  function layCard(card: Card, x: number, depth: number): CardBox {
    number += 1;
    const box: CardBox = { kind: "card", id: card.id, card, number, depth, x, width: sizes.card };
    order.push(box);
    return box;
  }

  function layFrame(card: Card, x: number, depth: number): Frame {
    number += 1;
    const inside = [...walk([card])].length - 1;
    const frame: Frame = {
      kind: "frame",
      id: card.id,
      card,
      number,
      depth,
      x,
      width: sizes.card,
      folded: folded.has(card.id),
      inside,
      lanes: [],
    };
    order.push(frame);
    if (frame.folded) {
      number += inside;
      return frame;
    }
    const left = x + sizes.framePadding + sizes.lead;
    for (const [index, branch] of (card.branches ?? []).entries()) {
      const place: Place = { parent: card.id, lane: index };
      frame.lanes.push({ place, branch, row: layRow(branch.cards ?? [], place, left, depth + 1) });
    }
    if (card.do) {
      const place: Place = { parent: card.id, lane: "do" };
      frame.lanes.push({ place, branch: null, row: layRow(card.do, place, left, depth + 1) });
    }
    const widest = Math.max(sizes.emptyLane, ...frame.lanes.map((lane) => lane.row.width));
    frame.width = widest + sizes.lead + 2 * sizes.framePadding;
    return frame;
  }

  const row = layRow(flow.cards ?? [], { parent: null, lane: null }, sizes.card, 0);
  return {
    event,
    row,
    width: sizes.card + row.width,
    order,
    byId: new Map(order.map((box) => [box.id, box])),
  };
}

/** The frames around a card, outermost first. */
export function around(flow: Flow, id: string): string[] {
  function find(cards: readonly Card[] | undefined): string[] | null {
    for (const card of cards ?? []) {
      if (card.id === id) {
        return [];
      }
      for (const inner of [...(card.branches ?? []).map((branch) => branch.cards), card.do]) {
        const found = find(inner);
        if (found) {
          return [card.id, ...found];
        }
      }
    }
    return null;
  }
  return find(flow.cards) ?? [];
}

export type Direction = "left" | "right" | "up" | "down" | "first" | "last";

/** Where the keyboard goes from a card: along the row, into a frame and out of it, from lane to lane. */
export function neighbour(layout: Layout, id: string, direction: Direction): string {
  const at = layout.order.findIndex((box) => box.id === id);
  const fallback = layout.event.id;
  if (at < 0 || direction === "first") {
    return fallback;
  }
  if (direction === "last") {
    return layout.order.at(-1)?.id ?? fallback;
  }
  if (direction === "left" || direction === "right") {
    const next = Math.min(Math.max(at + (direction === "right" ? 1 : -1), 0), layout.order.length - 1);
    return layout.order[next]?.id ?? id;
  }
  return otherLane(layout, id, direction) ?? id;
}

function otherLane(layout: Layout, id: string, direction: "up" | "down"): string | null {
  const here = layout.byId.get(id);
  const frames = layout.order.filter((box): box is Frame => box.kind === "frame");
  const down = direction === "down";
  if (here?.kind === "frame" && down) {
    return here.lanes.find((lane) => lane.row.boxes.length > 0)?.row.boxes[0]?.id ?? null;
  }
  for (const frame of frames) {
    const lane = frame.lanes.findIndex((one) => one.row.boxes.some((box) => box.id === id));
    if (lane >= 0) {
      const others = down ? frame.lanes.slice(lane + 1) : frame.lanes.slice(0, lane).reverse();
      const boxes = others.find((one) => one.row.boxes.length > 0)?.row.boxes;
      return boxes ? nearest(boxes, here?.x ?? 0) : down ? null : frame.id;
    }
  }
  return null;
}

function nearest(boxes: readonly Box[], x: number): string | null {
  let best: Box | undefined;
  for (const box of boxes) {
    if (best === undefined || Math.abs(box.x - x) < Math.abs(best.x - x)) {
      best = box;
    }
  }
  return best?.id ?? null;
}
