/** The kinds of things that wait: how those like one of them are found, and what can be said to all of them. */
import { queryOptions } from "@tanstack/react-query";
import { api, data, type Schemas } from "../api/client";
import { ApiError } from "../api/errors";
import type { Json, Values } from "../flow/document";
import { text } from "../text";
import { samePause, sameQuestion, type Waits } from "./alike";
import { type Asking, keyOf, keyOfPause, type Paused, whomOf } from "./waiting";

const words = text.inbox.alike;
const PAGE = 200;

type Decision = "happened" | "again" | "stop";

export interface Answer {
  title: string;
  what: string;
  /** On the button that gives it to so many. */
  confirm(count: number): string;
  decide(one: Waits, body: Json): Promise<unknown>;
}

export interface Together {
  key: string;
  /** What is asked about each. */
  title: string;
  flow: string;
  answers: readonly Answer[];
  /** Whether something can be handed to all of them. */
  body: boolean;
  find(signal: AbortSignal): Promise<Waits[]>;
}

/** Those who wait alike, as they are when somebody looks. */
export function togetherQuery(of: Together) {
  return queryOptions({
    queryKey: ["alike", of.key],
    queryFn: ({ signal }) => of.find(signal),
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
}

export function questionsLike(row: Asking, title: string): Together {
  const found = new Map<string, Asking>();
  const answer = (decision: Decision): Answer["decide"] => {
    return (one) => decide(found.get(one.key) ?? row, decision);
  };
  return {
    ...{ key: keyOf(row), title: text.run.question.title(title), flow: row.flow_name, body: false },
    answers: [
      {
        ...{ title: text.run.question.happened, what: words.happenedWhat, confirm: words.happened },
        decide: answer("happened"),
      },
      {
        ...{ title: text.run.question.again, what: words.againWhat, confirm: words.again },
        decide: answer("again"),
      },
      { ...{ title: words.stopTitle, what: words.stopWhat, confirm: words.stop }, decide: answer("stop") },
    ],
    find: async (signal) => {
      const rows = await every((after) =>
        data(api.GET("/api/v1/inbox", { params: { query: { limit: PAGE, after } }, signal })),
      );
      return rows
        .filter((one) => sameQuestion(row, one))
        .map((one) => {
          found.set(keyOf(one), one);
          return { key: keyOf(one), run: one.question.run_id, about: whomOf(one), since: one.since };
        });
    },
  };
}

export function pausesLike(row: Paused, title: string): Together {
  const paths = new Map<string, string>();
  return {
    ...{ key: keyOfPause(row), title: text.run.pause.title(title), flow: row.flow_name, body: true },
    answers: [
      {
        ...{ title: text.run.pause.resume, what: words.resumeWhat, confirm: words.resume },
        decide: (one, body) =>
          data(
            api.POST("/api/v1/runs/{run_id}/resume", {
              params: { path: { run_id: one.run } },
              body: { path: paths.get(one.key) ?? row.pause.path, body: body as Values },
            }),
          ),
      },
    ],
    find: async (signal) => {
      const rows = await every((after) =>
        data(api.GET("/api/v1/pauses", { params: { query: { limit: PAGE, after } }, signal })),
      );
      return rows
        .filter((one) => samePause(row, one))
        .map((one) => {
          paths.set(keyOfPause(one), one.pause.path);
          return { key: keyOfPause(one), run: one.pause.run_id, about: whomOf(one), since: one.pause.since };
        });
    },
  };
}

async function every<Row>(
  page: (after: string | undefined) => Promise<{ rows: Row[]; next?: string | null }>,
): Promise<Row[]> {
  const rows: Row[] = [];
  let after: string | undefined;
  do {
    const found = await page(after);
    rows.push(...found.rows);
    after = found.next ?? undefined;
  } while (after !== undefined);
  return rows;
}

/** The app says otherwise of this one. */
export class Otherwise extends Error {}

/** Decide one of them: the app is asked first, gives what the card would have given, and is not contradicted. */
async function decide({ question }: Asking, answer: Decision): Promise<unknown> {
  const of = { path: question.path, attempt: question.attempt };
  const params = { path: { run_id: question.run_id } };
  const looked = answer === "stop" ? null : await look(params, of);
  if (answer === "happened" && looked?.says === "did not happen") {
    throw new Otherwise(words.saysNot);
  }
  if (answer === "again" && looked?.says === "happened") {
    throw new Otherwise(words.saysSo);
  }
  const outputs = answer !== "happened" ? null : looked?.whole ? (looked.outputs ?? {}) : {};
  return data(api.POST("/api/v1/runs/{run_id}/decisions", { params, body: { ...of, answer, outputs } }));
}

/** What the app says of one; null where it cannot be asked: deciding says why, if it cannot be decided either. */
async function look(
  params: { path: { run_id: string } },
  body: { path: string; attempt: number },
): Promise<Schemas["LookModel"] | null> {
  try {
    return await data(api.POST("/api/v1/runs/{run_id}/look", { params, body }));
  } catch (error) {
    if (error instanceof ApiError) {
      return null;
    }
    throw error;
  }
}
