import { expect, it } from "vitest";
import { culpritOf, helperAtFault } from "./culprit";

const error = (card: string, run: string, message: string) => ({ card, run, message });
const failed = (path: string, said: object | null = null) => ({
  path,
  card_id: (path.split("/").at(-1) ?? path).replace(/\[\d+\]$/, ""),
  error: said as Record<string, never> | null,
});

/** A server that gives so many entries a page. */
function pages(entries: ReturnType<typeof failed>[], limit: number) {
  const asked: (string | undefined)[] = [];
  const read = async (after: string | undefined) => {
    asked.push(after);
    const begin = Number(after ?? 0);
    const next = begin + limit < entries.length ? String(begin + limit) : null;
    return { rows: entries.slice(begin, begin + limit), next };
  };
  return { asked, read };
}

const caught = Array.from({ length: 250 }, (_, round) => failed(`each[${round}]/bad`));
const said = error("last", "r", "culprit 260") as unknown as Record<string, never>;

it("finds the card that the error names behind pages of others that were caught", async () => {
  const { asked, read } = pages([...caught, failed("each[260]/last", said), failed("each", said)], 200);
  expect((await culpritOf({ id: "r", error: said }, read))?.path).toBe("each[260]/last");
  expect(asked).toEqual([undefined, "200"]);
});

it("takes no other card where the one that is named is not there", async () => {
  expect(await culpritOf({ id: "r", error: said }, pages(caught, 200).read)).toBeNull();
  expect(await culpritOf({ id: "r", error: null }, pages(caught, 200).read)).toBeNull();
});

it("reads on where a page is empty though more follows", async () => {
  const answers = [
    { rows: [], next: "x" },
    { rows: [failed("last", said)], next: null },
  ];
  const read = async () => answers.shift() ?? { rows: [], next: null };
  expect((await culpritOf({ id: "r", error: said }, read))?.path).toBe("last");
});

it("finds the card that called the helper run in which it happened, in its round", async () => {
  const its = error("bad", "helper", "number 25 is bad");
  const other = error("bad", "another helper", "number 3 is bad");
  const entries = [failed("each[3]", other), failed("each[25]/call", its), failed("each", its)];
  const run = { id: "r", error: its as unknown as Record<string, never> };
  expect((await culpritOf(run, pages(entries, 200).read))?.path).toBe("each[25]/call");
});

it.each([
  ["failed", "helper", "helper"],
  ["failed", "r", null],
  ["succeeded", "helper", null],
])("of a run that %s by %s", (status, where, wanted) => {
  const run = { id: "r", status, error: error("bad", where, "") as unknown as Record<string, never> };
  expect(helperAtFault(run)).toBe(wanted);
});
