import { expect, it } from "vitest";
import { ApiError } from "./errors";
import { HEADER, SecondValue } from "./secondValue";

const ORIGIN = "http://keyturn.test";

/** A server whose session has this second value; what came to it, with the body. */
function server(csrf: string | null, refusal = "forged-write") {
  const came: string[] = [];
  const fetch = async (request: Request) => {
    const shown = request.headers.get(HEADER);
    came.push(`${request.method} ${new URL(request.url).pathname} ${shown} ${await request.text()}`.trim());
    if (request.method === "GET") {
      return Response.json({ csrf });
    }
    return shown === csrf
      ? Response.json({})
      : Response.json({ problems: [{ code: refusal }] }, { status: 403 });
  };
  const second = new SecondValue(ORIGIN, { fetch });
  second.show("old");
  return { came, second };
}

const put = () => new Request(`${ORIGIN}/draft`, { method: "PUT", body: "typed" });

it("sends a write once more, with its body, where another tab has opened a new session", async () => {
  const { came, second } = server("new");
  expect((await second.send(put())).status).toBe(200);
  expect(came).toEqual(["PUT /draft old typed", "GET /session null", "PUT /draft new typed"]);
  expect(second.shown).toBe("new");
  await second.send(put());
  expect(came).toHaveLength(4);
});

it.each([
  ["another refusal", "new", "not-permitted", 1],
  ["nobody is signed in", null, "forged-write", 2],
  ["the value is the session's already", "old", "", 1],
])("sends it no second time: %s", async (_, csrf, refusal, requests) => {
  const { came, second } = server(csrf, refusal);
  const { status } = await second.send(put());
  expect([status, came.length]).toEqual([csrf === "old" ? 200 : 403, requests]);
});

it("has what is sent in another way sent once more", async () => {
  const { second } = server("new");
  const shown: (string | null)[] = [];
  await second.sendBy(async () => {
    shown.push(second.shown);
    if (second.shown === "old") {
      throw new ApiError(403, [{ code: "forged-write", what: "", mend: "" }]);
    }
  });
  expect(shown).toEqual(["old", "new"]);
  const other = new ApiError(409, [{ code: "no", what: "", mend: "" }]);
  await expect(second.sendBy(() => Promise.reject(other))).rejects.toBe(other);
});

it.each([
  ["while a write was under way", 1],
  ["while two writes were under way", 2],
])("sends it once more where the page has learnt the new value %s", async (_, writes) => {
  const { came, second } = server("new");
  const answers = Array.from({ length: writes }, () => second.send(put()));
  second.show("new"); // somebody has signed in here
  expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(Array(writes).fill(200));
  expect(came.filter((line) => line.startsWith("GET"))).toEqual([]);
});

it("sends each of two writes once more that were refused together", async () => {
  const { second } = server("new");
  const answers = await Promise.all([second.send(put()), second.send(put())]);
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
});
