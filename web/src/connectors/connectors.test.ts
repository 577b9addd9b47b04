import { expect, it, vi } from "vitest";
import { api } from "../api/client";
import { fromFile, matching, nameOf, type Operation, operationsIn } from "./connectors";

function operation(id: string, path: string, tags: string[] = []): Operation {
  return { id, method: "GET", path, title: `What ${id} does`, tags };
}

const all = [
  operation("listPeople", "/people", ["people"]),
  operation("readGroup", "/groups/{id}", ["groups"]),
];

it("finds operations by all words and by group", () => {
  const found = (words: string, tag = "") => matching(all, words, tag).map((one) => one.id);
  expect(found("")).toEqual(["listPeople", "readGroup"]);
  expect(found("GET groups")).toEqual(["readGroup"]);
  expect(found("people groups")).toEqual([]);
  expect(found("", "people")).toEqual(["listPeople"]);
});

it("makes names of connectors", () => {
  expect(["Acme & Söhne", "3M", "  ", "a-b"].map(nameOf)).toEqual(["acme_sohne", "x_3m", "", "a_b"]);
});

it("tells the server what the description's file is called", async () => {
  const answer = {
    data: { source: "made", title: "", operations: [], left_out: [] },
    response: new Response(),
  };
  const post = vi.spyOn(api, "POST").mockResolvedValue(answer as never);
  const file = new File(["{}"], "acme v2.json");
  await operationsIn(file);
  const chosen = { connector: "acme", title: "Acme", operation: ["listPeople"] };
  expect(await fromFile(file, chosen)).toBe("made");
  const calls = post.mock.calls as unknown as [string, { params: { query: unknown } }][];
  expect(calls.map(([, given]) => given.params.query)).toEqual([
    { file: "acme v2.json" },
    { ...chosen, file: "acme v2.json" },
  ]);
  post.mockRestore();
});

it("sends no file that the server would refuse for its size", async () => {
  const post = vi.spyOn(api, "POST");
  post.mockClear();
  const file = { name: "all.json", size: 40_000_001 } as File;
  await expect(operationsIn(file)).rejects.toThrow(
    "all.json has 40.0 MB, and 40.0 MB are taken at most. It was not sent.",
  );
  expect(post).not.toHaveBeenCalled();
});
