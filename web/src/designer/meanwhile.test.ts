import { expect, it } from "vitest";
import { meanwhile } from "./meanwhile";

const draft = (revision: number, base_version = 4, same = false) =>
  ({ revision, base_version, same }) as never;
const published = (version: number) => ({ version }) as never;

it.each([
  ["nothing", "my draft is there", { revision: 7, base: 4 }, draft(7), published(4)],
  ["nothing", "it is as published", { revision: 0, base: 4 }, null, published(4)],
  [
    "nothing",
    "what is there was read before mine was saved",
    { revision: 7, base: 4 },
    draft(6),
    published(4),
  ],
  [
    "nothing",
    "another version went live, and my draft stays",
    { revision: 7, base: 4 },
    draft(7),
    published(5),
  ],
  [
    "published",
    "another version went live, and my draft changes nothing",
    { revision: 7, base: 4 },
    draft(7, 4, true),
    published(5),
  ],
  ["nothing", "I have seen that version", { revision: 7, base: 5 }, draft(7, 4, true), published(5)],
  ["draft", "somebody saved on top of mine", { revision: 7, base: 4 }, draft(8), published(4)],
  ["draft", "somebody began a draft", { revision: 0, base: 4 }, draft(8), published(4)],
  ["draft", "mine was published, and another one begun", { revision: 7, base: 4 }, draft(9, 5), published(5)],
  ["published", "my draft was published", { revision: 7, base: 4 }, null, published(5)],
  ["published", "the first version", { revision: 7, base: 0 }, null, published(1)],
  ["published", "a version on top of the one that I see", { revision: 0, base: 4 }, null, published(6)],
  ["published", "the flow was deleted and made anew", { revision: 0, base: 4 }, null, published(1)],
  ["thrown away", "my draft is gone", { revision: 7, base: 4 }, null, published(4)],
  ["deleted", "the flow is gone", { revision: 0, base: 4 }, null, null],
  ["deleted", "my draft of it too", { revision: 7, base: 4 }, null, null],
  ["deleted", "a draft that was never published is gone", { revision: 7, base: 0 }, null, null],
])("tells %s: %s", (what, _, mine, theirs, live) => {
  expect(meanwhile(mine, { draft: theirs, published: live })).toBe(what);
});
