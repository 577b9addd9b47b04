import { expect, it } from "vitest";
import { ApiError, explain, problemsOf } from "./errors";

const of = (status: number, mend: string, code = "no") =>
  explain(new ApiError(status, problemsOf({ problems: [{ code, what: "It is not there.", mend }] }, status)));

it.each([
  ["Ids look like 01a2; list the runs: keyturn runs list.", "Ids look like 01a2; list the runs."],
  ["List the cards with: keyturn cards.", "List the cards with."],
  ["Make it, or choose another: keyturn tables list.", "Make it, or choose another."],
  ["List the runs: keyturn runs list. Old ones are removed.", "List the runs. Old ones are removed."],
  ["On the server: keyturn sign-in.", "On the server: keyturn sign-in."],
  ["Take it away there. To delete it all the same: even_if_signed_in=true.", "Take it away there."],
  [
    "Open Connections and sign 'a-2' in, or run keyturn connections sign-in a-2.",
    "Open Connections and sign 'a-2' in.",
  ],
  ["Start it: keyturn sandbox serve.", "Start it: keyturn sandbox serve."],
])("keeps of %j what a page cannot do itself", (mend, told) => {
  expect(of(404, mend)[0]?.mend).toBe(told);
});

it("says that the session has ended in words of the app", () => {
  expect(of(401, "Send a token.", "not-authenticated")[0]?.what).toBe("Your session has ended.");
  expect(of(401, "Send the secret.", "wrong-secret")[0]?.what).toBe("It is not there.");
});

it("has words for an answer that is no problem of ours", () => {
  expect(problemsOf("<html>", 502)[0]?.what).toContain("502");
});
