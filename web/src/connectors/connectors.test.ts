import { expect, it } from "vitest";
import { matching, nameOf, type Operation } from "./connectors";

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
