/** Which place is meant: the one under the pointer, the nearest of those that are wide, or the one the arrows went to. */
import {
  type Collision,
  type CollisionDetection,
  type DroppableContainer,
  KeyboardCode,
  type KeyboardCoordinateGetter,
} from "@dnd-kit/core";
import { type Carried, carriedIn, type Point, placeIn } from "./carried";
import { nearest } from "./nearest";

/** The element in which things are put down: what lies below or beside it is not meant. */
export const AREA = "[data-drop-area]";

/** So near to the edge of what scrolls, in pixels, the pointer asks for what lies beyond, whatever is under it. */
const EDGE_PX = 24;

/** Looks for the place that is meant, for as long as something is dragged. */
export class Meant {
  /** Where the pointer was last; null by keyboard. */
  point: Point | null = null;
  /** What became of it, to be said when it is over. */
  outcome = "";
  #byKey: string | number | null = null;
  #onPlace = false;

  begin(): void {
    this.point = null;
    this.#onPlace = false;
    this.outcome = "";
    this.#byKey = null;
  }

  readonly detect: CollisionDetection = ({
    active,
    droppableContainers,
    droppableRects,
    pointerCoordinates,
  }) => {
    const carried = carriedIn(active.data);
    this.point = pointerCoordinates;
    this.#onPlace = false;
    if (carried === null) {
      return [];
    }
    if (pointerCoordinates === null) {
      return collision(droppableContainers.find((one) => one.id === this.#byKey));
    }
    const under = document.elementsFromPoint(pointerCoordinates.x, pointerCoordinates.y);
    const taking = taken(droppableContainers, carried);
    const hit = taking.find((one) => one.node.current !== null && under.includes(one.node.current));
    if (hit) {
      this.#onPlace = !placeIn(hit.data)?.refuses?.(carried);
      return collision(hit);
    }
    const area = under.find((one) => one.matches(AREA));
    if (!area) {
      return [];
    }
    const spots = taking.flatMap((one) => {
      const rect = droppableRects.get(one.id);
      const place = placeIn(one.data);
      const inside = place?.wide && !place.foreign?.(carried) && area.contains(one.node.current);
      const at = rect && { x: rect.left + rect.width / 2, y: rect.top + rect.height / 2 };
      return at && inside ? [{ id: one.id, at, stacked: area.hasAttribute("data-list") }] : [];
    });
    const near = nearest(pointerCoordinates, spots)?.id;
    // over the area itself, what lies in it scrolls when the pointer comes to its edge
    return collision(droppableContainers.find((one) => one.id === (near ?? AREA)));
  };

  /** Whether an element may scroll: what the pointer rests on, and would take the thing, must not slip away. */
  readonly scrolls = (what: Element): boolean =>
    !this.#onPlace || this.point === null || nearEdge(this.point, what.getBoundingClientRect());

  /** An arrow goes to the next place in the order of the page, and brings it into view. */
  readonly step: KeyboardCoordinateGetter = (event, { active, context }) => {
    const by = steps[event.code];
    const carried = carriedIn(context.active?.data);
    if (by === undefined || carried === null) {
      return undefined;
    }
    const taking = taken(context.droppableContainers.getEnabled(), carried)
      .filter((one) => !placeIn(one.data)?.idle?.(carried) && !placeIn(one.data)?.foreign?.(carried))
      .sort(inOrder);
    const here =
      context.droppableContainers.getNodeFor(this.#byKey) ?? context.draggableNodes.get(active)?.node.current;
    const at = taking.findIndex((one) => one.id === this.#byKey);
    const behind = taking.findIndex((one) => here && one.node.current && follows(one.node.current, here));
    const after = behind < 0 ? taking.length : behind;
    const next = taking[at >= 0 ? at + by : by > 0 ? after : after - 1];
    const node = next?.node.current;
    if (!next || !node) {
      return undefined;
    }
    this.#byKey = next.id;
    node.scrollIntoView({ block: "nearest", inline: "center", behavior: "instant" });
    const { left, top } = node.getBoundingClientRect();
    return { x: left, y: top };
  };
}

const steps: Record<string, -1 | 1> = {
  [KeyboardCode.Left]: -1,
  [KeyboardCode.Up]: -1,
  [KeyboardCode.Right]: 1,
  [KeyboardCode.Down]: 1,
};

function taken(places: readonly DroppableContainer[], carried: Carried): DroppableContainer[] {
  return places.filter((one) => placeIn(one.data)?.takes(carried));
}

function collision(place: DroppableContainer | undefined): Collision[] {
  return place ? [{ id: place.id, data: { droppableContainer: place, value: 0 } }] : [];
}

function nearEdge(point: Point, { left, right, top, bottom }: DOMRect): boolean {
  return Math.min(point.x - left, right - point.x, point.y - top, bottom - point.y) < EDGE_PX;
}

function inOrder(one: DroppableContainer, other: DroppableContainer): number {
  const [a, b] = [one.node.current, other.node.current];
  return a && b && follows(a, b) ? 1 : -1;
}

/** Whether an element comes behind another in the page. */
function follows(one: Node, other: Node): boolean {
  return (other.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
}
