import { describe, expect, it } from "vitest";
import { text } from "../text";
import { asSent, asShown, asTyped, pasted } from "./cells";
import { fitting } from "./columns";
import { linesIn } from "./csv";
import { draftOf, goneFrom, newColumn, requestOf } from "./definition";
import { comparisonsOf, conditionOf, everything, keeping, said, sortedBy } from "./filter";
import { moved } from "./moves";
import { blockFor } from "./pasting";
import { rowId } from "./rowId";
import { exportAddress } from "./tables";

describe("cells", () => {
  it.each([
    [null, "", ""],
    ["two\nlines", "two\nlines", "two ⏎ lines"],
    [12.5, "12.5", "12.5"],
    [true, "true", "true"],
    [["a", 1], '["a",1]', '["a",1]'],
  ])("edits %j as %j and shows %j", (value, typed, shown) => {
    expect(asTyped(value)).toBe(typed);
    expect(asShown(value)).toBe(shown);
  });

  it.each([
    ["2024-03-12T00:00:00.000Z", "2024-03-12"],
    ["2024-03-12T09:05:00Z", "2024-03-12 09:05Z"],
    ["2024-03-12T09:05:07.500Z", "2024-03-12 09:05:07.5Z"],
    ["2024-03-12T00:00:00+02:00", "2024-03-12 00:00+02:00"],
    ["soon", "soon"],
  ])("shows of the time %j no more than it tells", (value, shown) => {
    expect(asShown(value, "datetime")).toBe(shown);
    expect(asShown(value)).toBe(value);
  });

  it("gives a time the room that its digits take", () => {
    const at = { name: "At", type: "datetime", unique: false, indexed: false, default: null };
    const [width] = fitting([at], [{ At: "2024-03-12T09:05:07.500Z" }]);
    expect(width).toBeGreaterThanOrEqual("2024-03-12 09:05:07.5Z".length * 8 + 20);
  });

  it("cuts what is long", () => {
    expect(asShown("x".repeat(1_000))).toHaveLength(200);
  });

  it.each([
    ["", "text", null],
    ["36", "number", "36"],
    ['["a"]', "list of text", ["a"]],
    ["a", "list of text", "a"],
    ["{", "list of object", "{"],
  ])("sends %j in a column of %s as %j", (typed, type, sent) => {
    expect(asSent(typed, type)).toEqual(sent);
  });

  it.each([
    ["a", [["a"]]],
    [
      "a\tb\r\nc\td\r\n",
      [
        ["a", "b"],
        ["c", "d"],
      ],
    ],
    ['"two\nlines"\t"say ""hi"""\n', [["two\nlines", 'say "hi"']]],
    ['5" disk\t', [['5" disk', ""]]],
  ])("reads %j from a clipboard", (text, rows) => {
    expect(pasted(text)).toEqual(rows);
  });
});

it("brings what is looked at as a file, in its order", () => {
  expect(exportAddress("a-b", everything)).toBe("/api/v1/tables/a-b/export");
  expect(exportAddress("a-b", { where: [], sort: "Days left", falling: true })).toBe(
    "/api/v1/tables/a-b/export?sort=Days+left&falling=true",
  );
  const filtered = exportAddress("a-b", { ...everything, where: [{ column: "Team", is: "=", b: "R&D" }] });
  expect(JSON.parse(new URL(filtered, "http://x").searchParams.get("where") ?? "")).toEqual({
    all: [{ column: "Team", is: "=", b: "R&D" }],
  });
});

describe("a block that is pasted", () => {
  const lines = [["a", "b", "c"], ["d"], ["e", "f", "g"], ["", ""]];

  it.each([
    ["goes in whole", 5, 100, 3, 0, 0],
    ["is cut at the last column", 2, 100, 3, 0, 1],
    ["is cut at a whole line", 2, 5, 2, 1, 1],
    ["finds no column", 0, 100, 0, 3, 3],
  ])("%s", (_, columns, most, count, linesLeft, columnsLeft) => {
    const block = blockFor(lines, columns, most);
    expect(block).toMatchObject({ linesLeft, columnsLeft });
    expect(block.lines).toEqual(lines.slice(0, count).map((line) => line.slice(0, columns)));
  });

  it("tells what was made and what was left out", () => {
    expect(text.tables.pasted(0, 0, 0)).toBe("");
    expect(text.tables.pasted(1, 0, 0)).toBe("1 row was added at the end.");
    expect(text.tables.pasted(0, 1, 2)).toBe(
      "Left out: 1 line, which is too much at once; 2 columns behind the last one.",
    );
  });
});

describe("moves", () => {
  const size = { rows: 100, columns: 4, page: 10 };
  const key = (name: string, ctrlKey = false) => ({ key: name, ctrlKey, metaKey: false, altKey: false });

  it.each([
    ["ArrowRight", false, { row: 50, column: 3 }],
    ["ArrowLeft", true, { row: 50, column: 0 }],
    ["ArrowUp", false, { row: 49, column: 2 }],
    ["ArrowDown", true, { row: 99, column: 2 }],
    ["PageUp", false, { row: 40, column: 2 }],
    ["PageDown", false, { row: 60, column: 2 }],
    ["Home", false, { row: 50, column: 0 }],
    ["Home", true, { row: 0, column: 0 }],
    ["End", false, { row: 50, column: 3 }],
    ["End", true, { row: 99, column: 3 }],
    ["x", false, null],
  ])("by %s (with Ctrl: %s) to %j", (name, ctrl, there) => {
    expect(moved({ row: 50, column: 2 }, key(name, ctrl), size)).toEqual(there);
  });

  it("stays in the grid", () => {
    expect(moved({ row: 0, column: 0 }, key("ArrowUp"), size)).toEqual({ row: 0, column: 0 });
    expect(moved({ row: 99, column: 3 }, key("PageDown"), size)).toEqual({ row: 99, column: 3 });
  });
});

describe("views", () => {
  const column = (type: string) => ({ name: "c", type, unique: false, indexed: true, default: null });

  it("asks with all its comparisons", () => {
    expect(conditionOf(everything)).toBeNull();
    const where = [
      { column: "Age", is: ">", b: "30" },
      { column: "Login", is: "is empty" },
    ];
    expect(conditionOf({ ...everything, where })).toEqual({ all: where });
    expect(where.map(said)).toEqual(["Age > 30", "Login is empty"]);
  });

  it("offers what the type of a column can do", () => {
    expect(comparisonsOf(column("text"))).toContain("contains");
    expect(comparisonsOf(column("number"))).toContain("<=");
    expect(comparisonsOf(column("list of text"))).toEqual(["is empty", "is not empty"]);
  });

  it("lets go what names a column that is gone", () => {
    const view = {
      where: [
        { column: "c", is: "is empty" },
        { column: "x", is: "is empty" },
      ],
      sort: "x",
      falling: true,
    };
    expect(keeping(view, [column("text")])).toEqual({
      where: [{ column: "c", is: "is empty" }],
      sort: null,
      falling: false,
    });
    const kept = { ...view, sort: "c", where: [] };
    expect(keeping(kept, [column("text")])).toBe(kept);
  });

  it("sorts rising, falling, and not", () => {
    const rising = sortedBy(everything, "a");
    const falling = sortedBy(rising, "a");
    expect([rising.falling, falling.falling, sortedBy(falling, "a").sort]).toEqual([false, true, null]);
    expect(sortedBy(falling, "b")).toEqual({ ...everything, sort: "b" });
  });
});

it("makes ids that sort by time", () => {
  const id = rowId(0x0123456789ab, new Uint8Array(10).fill(0xff));
  expect(id).toBe("01234567-89ab-7fff-bfff-ffffffffffff");
  expect(rowId(1_700_000_000_001, new Uint8Array(10)) > rowId(1_700_000_000_000, new Uint8Array(10))).toBe(
    true,
  );
});

it("gives columns room by their names and values", () => {
  const columns = ["Login", "A"].map((name) => ({
    ...{ type: "text", unique: false, indexed: true, default: null },
    name,
  }));
  const [login, short] = fitting(columns, [{ Login: "somebody.with.a.long.name@northwind.example", A: "1" }]);
  expect(login).toBeGreaterThan(short ?? 0);
  expect(short).toBe(160);
});

describe("definitions", () => {
  const login = { name: "Login", type: "text", unique: true, indexed: true, default: null };
  const age = { name: "Age", type: "number", unique: false, indexed: true, default: 18 };

  it("says what a column was called, what it begins with, and what goes", () => {
    const drafts = [{ ...draftOf(age, 1), name: "Years " }, newColumn(7)];
    expect(goneFrom([login, age], drafts)).toEqual(["Login"]);
    expect(requestOf(" People ", "", drafts, true)).toEqual({
      name: "People",
      about: "",
      columns: [
        { name: "Years", type: "number", unique: false, indexed: true, default: "18", was: "Age" },
        { name: "", type: "text", unique: false, indexed: null, default: null, was: null },
      ],
      remove_columns: true,
    });
  });
});

it.each([
  ["", 0],
  ["a", 1],
  ["a\n", 1],
  ["a\nb", 2],
])("counts the lines of %j", async (text, count) => {
  expect(await linesIn(new Blob([text]))).toBe(count);
});
