import { describe, expect, it } from "vitest";
import { type Card, type Flow, walk } from "../../flow/document";
import { ABOUT } from "../../flow/layout";
import { asText, cardsIn, renamed, titlesIn } from "./clipboard";
import type { Spec } from "./signature";
import {
  change,
  find,
  freshId,
  idFor,
  idsOf,
  insert,
  move,
  ROOT,
  remove,
  slug,
  standsAt,
  stepsFrom,
} from "./tree";
import { brokenIn, lostIn, newlyBroken, visibleFrom } from "./visibility";

function card(id: string, uses: string[] = [], more: Partial<Card> = {}): Card {
  return {
    id,
    card: "text.compose",
    inputs: { text: uses.map((use) => `{{ ${use}.output }}`).join("") },
    ...more,
  };
}

const decide = card("decide", ["a"], {
  branches: [
    {
      when: { a: "{{ a.output }}", is: "equal to", b: 1 },
      cards: [card("yes", ["a"]), card("then", ["yes"])],
    },
    { otherwise: true, cards: [card("no")], set: { level: "{{ no.output }}" } },
  ],
});
const each = card("each", ["decide"], { do: [card("inside", ["a"])] });
const flow: Flow = {
  id: "f",
  name: "F",
  event: { card: "manual" },
  cards: [card("a"), decide, each, card("z", ["a"])],
};
/** What a round of these loops sees; the others are cards that nobody knows here. */
const specs = new Map(
  Object.entries({
    each: ["item", "index"],
    reduce: ["item", "index", "memo"],
    repeat: ["index"],
  }).map(([key, sees]) => [
    key,
    { options: [], variants: [], inputs: [], outputs: [], rounds: { sees } } as unknown as Spec,
  ]),
);
const order = (one: Flow) => [...walk(one.cards)].map((card) => card.id);

describe("the tree", () => {
  it("finds cards wherever they stand", () => {
    expect(find(flow, "then")).toMatchObject({ place: { parent: "decide", lane: 0 }, index: 1 });
    expect(find(flow, "inside")).toMatchObject({ place: { parent: "each", lane: "do" }, index: 0 });
    expect(find(flow, "nobody")).toBeNull();
  });

  it("changes one card and leaves all others the same objects", () => {
    const next = change(flow, "then", (one) => ({ ...one, title: "Then" }));
    expect(find(next, "then")?.card.title).toBe("Then");
    expect(next.cards?.[0]).toBe(flow.cards?.[0]);
    expect(next.cards?.[2]).toBe(flow.cards?.[2]);
    expect(find(next, "no")?.card).toBe(find(flow, "no")?.card);
    expect(change(flow, "nobody", (one) => ({ ...one }))).toBe(flow);
  });

  it("puts in and takes out", () => {
    const more = insert(flow, { parent: "each", lane: "do" }, 1, [card("new")]);
    expect(order(more)).toEqual(["a", "decide", "yes", "then", "no", "each", "inside", "new", "z"]);
    expect(order(remove(more, ["decide"]))).toEqual(["a", "each", "inside", "new", "z"]);
  });

  it.each([
    ["z", ROOT, 0, ["z", "a", "decide", "yes", "then", "no", "each", "inside"]],
    ["a", ROOT, 4, ["decide", "yes", "then", "no", "each", "inside", "z", "a"]],
    ["z", { parent: "decide", lane: 1 }, 0, ["a", "decide", "yes", "then", "z", "no", "each", "inside"]],
    ["decide", { parent: "decide", lane: 0 }, 0, order(flow)],
  ] as const)("moves %s to %j, %i", (id, place, index, expected) => {
    expect(order(move(flow, [id], place, index))).toEqual(expected);
  });

  it("steps along a list and out of its frame", () => {
    const lane = (number: number, index: number) => ({ place: { parent: "decide", lane: number }, index });
    const top = (index: number) => ({ place: ROOT, index });
    expect(stepsFrom(flow, ["a"], 1)).toEqual([lane(0, 0), lane(1, 0), top(2)]);
    expect(stepsFrom(flow, ["a"], 1, new Set(["decide"]))).toEqual([top(2)]);
    expect(stepsFrom(flow, ["yes"], -1)).toEqual([top(1)]);
    expect(stepsFrom(flow, ["yes"], 1)).toEqual([lane(0, 2)]);
    expect(stepsFrom(flow, ["then"], 1)).toEqual([lane(1, 0), top(2)]);
    expect(stepsFrom(flow, ["no"], -1)).toEqual([lane(0, 2), top(1)]);
    expect(stepsFrom(flow, ["z"], -1)).toEqual([{ place: { parent: "each", lane: "do" }, index: 1 }, top(2)]);
    expect(stepsFrom(flow, ["z"], 1)).toEqual([]);
    expect(stepsFrom(flow, ["yes", "then"], 1)).toEqual([lane(1, 0), top(2)]);
    expect(stepsFrom(flow, ["yes", "then"], -1)).toEqual([top(1)]);
    expect(stepsFrom(flow, ["decide", "each"], 1)).toEqual([top(4)]);
    expect(stepsFrom(flow, ["decide", "each"], -1)).toEqual([top(0)]);
  });

  it.each([
    [["decide", "each"], ROOT, 4, ["a", "z", "decide", "yes", "then", "no", "each", "inside"]],
    [["decide", "each"], ROOT, 0, ["decide", "yes", "then", "no", "each", "inside", "a", "z"]],
    [["a", "decide"], ROOT, 1, order(flow)],
    [
      ["yes", "then"],
      { parent: "each", lane: "do" },
      1,
      ["a", "decide", "no", "each", "inside", "yes", "then", "z"],
    ],
    [["a", "each"], { parent: "each", lane: "do" }, 0, order(flow)],
    [["nobody"], ROOT, 0, order(flow)],
  ] as const)("moves %j together to %j, %i", (ids, place, index, expected) => {
    expect(order(move(flow, ids, place, index))).toEqual(expected);
  });

  it("takes several out at once", () => {
    expect(order(remove(flow, ["decide", "each"]))).toEqual(["a", "z"]);
    expect(order(remove(flow, ["yes", "no"]))).toEqual(["a", "decide", "then", "each", "inside", "z"]);
    expect(standsAt(flow, ["decide", "each"], ROOT, 2)).toBe(true);
    expect(standsAt(flow, ["decide", "each"], ROOT, 3)).toBe(true);
    expect(standsAt(flow, ["decide", "each"], ROOT, 4)).toBe(false);
  });
});

describe("references", () => {
  it("has none broken where all is in order", () => {
    expect(brokenIn(flow, specs)).toEqual([]);
  });

  it("tells what a move would break", () => {
    expect(newlyBroken(flow, move(flow, ["a"], ROOT, 4), specs).map((one) => one.card)).toEqual([
      "decide",
      "yes",
      "inside",
      "z",
    ]);
    expect(newlyBroken(flow, move(flow, ["yes"], ROOT, 4), specs)).toEqual([{ card: "then", to: "yes" }]);
    expect(newlyBroken(flow, move(flow, ["z"], ROOT, 1), specs)).toEqual([]);
  });

  it("tells that a card leaves the loop whose item it uses, or the branch whose error it tells", () => {
    const tells = card("tells", [], { inputs: { text: "{{ error.message }}" } });
    const uses = card("uses", [], { inputs: { text: "{{ item.name }}" } });
    const frames: Flow = {
      id: "g",
      name: "G",
      event: { card: "manual" },
      cards: [
        card("loop", [], { do: [uses] }),
        card("other", [], { do: [] }),
        card("safe", [], {
          branches: [
            { try: true, cards: [] },
            { catch: true, cards: [tells] },
          ],
        }),
      ],
    };
    expect(brokenIn(frames, specs)).toEqual([]);
    expect(newlyBroken(frames, move(frames, ["uses"], ROOT, 3), specs)).toEqual([
      { card: "uses", to: "item" },
    ]);
    expect(newlyBroken(frames, move(frames, ["tells"], { parent: "safe", lane: 0 }, 0), specs)).toEqual([
      { card: "tells", to: "error" },
    ]);
  });

  it("tells that a card would see the round of another loop, or another error, by the same name", () => {
    const into = (parent: string, lane: "do" | number = "do") => ({ parent, lane });
    const uses = (id: string, of: string) => card(id, [], { inputs: { text: `{{ ${of} }}` } });
    const hands = card("hands", [], { card: "each", call: { flow: "h", with: { one: "{{ item }}" } } });
    const caught = (id: string, cards: Card[]) =>
      card(id, [], {
        branches: [
          { try: true, cards: [] },
          { catch: true, cards },
        ],
      });
    const loops: Flow = {
      id: "h",
      name: "H",
      event: { card: "manual" },
      cards: [
        card("outer", [], {
          card: "reduce",
          do: [
            uses("item", "item.name"),
            uses("memo", "memo"),
            hands,
            card("inner", [], { card: "each", do: [] }),
            card("times", [], { card: "repeat", do: [] }),
            caught("first", [uses("told", "error.message"), caught("second", [])]),
          ],
        }),
        card("next", [], { card: "each", do: [] }),
      ],
    };
    const broken = (id: string, to: ReturnType<typeof into>) =>
      newlyBroken(loops, move(loops, [id], to, 0), specs);
    expect(brokenIn(loops, specs)).toEqual([]);
    expect(broken("item", into("inner"))).toEqual([{ card: "item", to: "item", was: "outer", now: "inner" }]);
    expect(broken("item", into("next"))).toEqual([{ card: "item", to: "item", was: "outer", now: "next" }]);
    expect(broken("item", into("times"))).toEqual([]); // a round of it has no item: the outer one's is seen through it
    expect(broken("memo", into("inner"))).toEqual([]);
    expect(broken("memo", into("next"))).toEqual([{ card: "memo", to: "memo" }]);
    expect(broken("hands", into("next"))).toEqual([]); // what it hands over is of its own rounds
    expect(broken("inner", into("times"))).toEqual([]);
    expect(broken("told", into("second", 1))).toEqual([
      { card: "told", to: "error", was: "first", now: "second" },
    ]);
  });

  it("looks at whom the flow is about, as it is read at the end of the row", () => {
    const about: Flow = { ...flow, about: "{{ z.output }} {{ event.login }}" };
    expect(brokenIn(about, specs)).toEqual([]);
    expect(newlyBroken(about, remove(about, ["z"]), specs)).toEqual([{ card: ABOUT, to: "z" }]);
    expect(newlyBroken(about, move(about, ["z"], { parent: "each", lane: "do" }, 0), specs)).toEqual([
      { card: ABOUT, to: "z" },
    ]);
    expect(newlyBroken(about, move(about, ["z"], ROOT, 1), specs)).toEqual([]);
    expect(brokenIn({ ...flow, about: "{{ yes.output }} {{ item }}" }, specs).map((one) => one.to)).toEqual([
      "yes",
      "item",
    ]);
  });

  it("tells what a deletion would break, also what a branch hands on", () => {
    expect(newlyBroken(flow, remove(flow, ["no"]), specs)).toEqual([{ card: "decide", to: "no" }]);
    expect(newlyBroken(flow, remove(flow, ["z"]), specs)).toEqual([]);
  });

  it("tells what cards that come from elsewhere do not find where they are put", () => {
    const come = card("come", ["far"], { do: [card("in", ["come", "item_of", "a"])] });
    const put = insert(flow, ROOT, 1, [come]);
    expect(lostIn(put, ["come", "in"], specs)).toEqual([
      { card: "come", to: "far" },
      { card: "in", to: "come" },
      { card: "in", to: "item_of" },
    ]);
    expect(lostIn(insert(flow, ROOT, 1, [card("b", ["a", "event", "run", "flow"])]), ["b"], specs)).toEqual(
      [],
    );
    expect(lostIn(put, [], specs)).toEqual([]);
  });

  it("knows what a card sees", () => {
    const seen = (id: string) => visibleFrom(flow, id).map((one) => one.id);
    expect(seen("then")).toEqual(["a", "yes"]);
    expect(seen("no")).toEqual(["a"]);
    expect(seen("z")).toEqual(["a", "decide", "each"]);
  });
});

describe("copies", () => {
  it("come back from text under ids of their own, references between them too", () => {
    const read = cardsIn(asText([decide])) ?? [];
    const [copy] = renamed(read, idsOf(flow));
    expect([...walk([copy as Card])].map((one) => one.id)).toEqual(["decide_2", "yes_2", "then_2", "no_2"]);
    expect(copy?.branches?.[0]?.cards?.[1]?.inputs).toEqual({ text: "{{ yes_2.output }}" });
    expect(copy?.branches?.[1]?.set).toEqual({ level: "{{ no_2.output }}" });
    expect(copy?.branches?.[0]?.when).toEqual({ a: "{{ a.output }}", is: "equal to", b: 1 });
  });

  it("tell what those cards are called of which they use something", () => {
    const titles = new Map([
      ["a", "First"],
      ["no", "No"],
      ["z", "Last"],
    ]);
    expect([...titlesIn(asText([decide], titles))]).toEqual([["a", "First"]]);
    expect([...titlesIn('{"titles": {"a": 1}}')]).toEqual([]);
  });

  it.each(["", "hello", "{}", '{"kind": "keyturn cards"}', '{"kind": "keyturn cards", "cards": [1]}'])(
    "finds no cards in %j",
    (said) => {
      expect(cardsIn(said)).toBeNull();
    },
  );
});

it.each([
  ["Compose", "compose"],
  ["Über 9 Leute!", "uber_9_leute"],
  ["9 lives", "card_9_lives"],
  ["event", "card_event"],
  ["人", "card"],
])("makes an id of %j", (title, id) => {
  expect(freshId(new Set(), title)).toBe(id);
  expect(freshId(new Set([id]), title)).toBe(`${id}_2`);
});

it("makes an address of a name", () => {
  expect(slug("  Offboard: José & co ", "-")).toBe("offboard-jose-co");
});

it.each([
  ["Leavers 2026", /^leavers-2026$/],
  ["עזיבה", /^flow-[a-z0-9]+$/],
  ["Уход", /^flow-[a-z0-9]+$/],
  ["退職", /^flow-[a-z0-9]+$/],
  [" ", /^$/],
])("makes an id for %j", (name, id) => {
  expect(idFor(name, "flow", 120)).toMatch(id);
});

it("makes another id for another name of the same script", () => {
  expect(idFor("退職", "flow", 120)).not.toBe(idFor("入社", "flow", 120));
  expect(idFor("退職", "flow", 120)).toBe(idFor(" 退職 ", "flow", 120));
});
