import { expect, it } from "vitest";
import { Unreachable } from "./errors";
import { Patience } from "./patience";
import { Reachability } from "./reachability";

const ORIGIN = "http://keyturn.test";
const get = (path: string) => new Request(ORIGIN + path);
const tick = () => new Promise((resolve) => setTimeout(resolve));

/** A server that answers what a test says, by path; and a clock that a test winds on. */
function world(answers: Record<string, Promise<Response>>) {
  const sent: string[] = [];
  const timers = new Set<() => void>();
  const reachability = new Reachability();
  const patience = new Patience(reachability, ORIGIN, {
    fetch: (request) => {
      const path = new URL(request.url).pathname;
      sent.push(`${request.method} ${path}`);
      return answers[path] ?? Promise.reject(new TypeError("nothing there"));
    },
    later: (_, what) => {
      timers.add(what);
      return () => timers.delete(what);
    },
  });
  const waits = () => [...timers].forEach((what) => void what());
  return { sent, timers, reachability, patience, waits };
}

const never = new Promise<Response>(() => {});

it("takes a slow answer for what it is while the server says that it is well", async () => {
  const { patience, reachability, sent, waits } = world({
    "/slow": never,
    "/healthz": Promise.resolve(new Response()),
  });
  void patience.send(get("/slow"));
  waits();
  await tick();
  expect(sent).toEqual(["GET /slow", "GET /healthz"]);
  expect(reachability.reachable).toBe(true);
});

it("knows that a server which does not even say that it is well does not answer", async () => {
  const { patience, reachability, waits } = world({ "/slow": never });
  void patience.send(get("/slow"));
  waits();
  await tick();
  expect(reachability.reachable).toBe(false);
});

it("asks once for all that wait, and not for what was answered", async () => {
  const { patience, sent, timers, waits } = world({
    "/slow": never,
    "/healthz": never,
    "/quick": Promise.resolve(new Response()),
  });
  await patience.send(get("/quick"));
  expect(timers.size).toBe(0);
  void patience.send(get("/slow"));
  void patience.send(get("/slow"));
  waits();
  await tick();
  expect(sent.filter((one) => one === "GET /healthz")).toHaveLength(1);
});

it("asks a server that is away for nothing but whether it is back; what is to be written is tried", async () => {
  const { patience, reachability, sent } = world({});
  reachability.failed();
  await expect(patience.send(get("/flows"))).rejects.toBeInstanceOf(Unreachable);
  await expect(patience.send(get("/healthz"))).rejects.toThrow();
  await expect(patience.send(new Request(`${ORIGIN}/draft`, { method: "PUT" }))).rejects.toThrow();
  expect(sent).toEqual(["GET /healthz", "PUT /draft"]);
});
