/** Whether two documents say the same flow, whichever of them leaves out what is said by saying nothing. */
import type { Branch, Card, Flow, Json, OnError } from "../../flow/document";

type Part = { [name: string]: unknown };

export function sameFlow(one: Flow, other: Flow): boolean {
  return one === other || JSON.stringify(plainFlow(one)) === JSON.stringify(plainFlow(other));
}

function plainFlow(flow: Flow): unknown {
  return said({ ...plainSettings(flow), cards: flow.cards?.map(plainCard) });
}

/** What is said of the flow as a whole, without its cards, in one way: the same if it says the same. */
export function plainSettings({ cards: _, event, save_data, limits, ...rest }: Flow): Part {
  return said({
    ...rest,
    save_data: save_data === false ? false : undefined,
    limits: said({ ...limits }),
    event: said({ ...event }),
  });
}

/** A card in one way: the same if it says the same. */
export function plainCard({ branches, call, do: rounds, on_error, ...rest }: Card): unknown {
  return said({
    ...rest,
    branches: branches?.map(plainBranch),
    call: said({ ...call }),
    do: rounds?.map(plainCard),
    on_error: plainError(on_error ?? {}),
  });
}

function plainBranch({ cards, ...rest }: Branch): unknown {
  return said({ ...rest, cards: cards?.map(plainCard) });
}

// what holds where it is not said
const WAIT = "1s..30s";
const ON = JSON.stringify([429, 503]);
const ENDS: ReadonlyMap<string, unknown> = new Map([
  ["unknown", "ask"],
  ["then", "halt"],
]);

function plainError({ retry, call, ...rest }: OnError): unknown {
  return said({
    ...Object.fromEntries(Object.entries(rest).filter(([name, value]) => ENDS.get(name) !== value)),
    retry: said({
      ...retry,
      wait: retry?.wait === WAIT ? undefined : retry?.wait,
      on: JSON.stringify(retry?.on) === ON ? undefined : retry?.on,
    }),
    call: said({ ...call }),
  });
}

/** Without what is empty, by name: the order in which things are said tells nothing. */
function said(part: Part): Part {
  return Object.fromEntries(
    Object.entries(part)
      .filter(([, value]) => !isNothing(value))
      .map(([name, value]): [string, unknown] => [name, ordered(value as Json)])
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  );
}

function isNothing(value: unknown): boolean {
  return (
    value === undefined || value === null || (typeof value === "object" && Object.keys(value).length === 0)
  );
}

function ordered(value: Json): Json {
  if (Array.isArray(value)) {
    return value.map(ordered);
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  const names = Object.keys(value).sort();
  return Object.fromEntries(names.map((name) => [name, ordered(value[name] ?? null)]));
}
