import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { clock } from "../components/format";
import type { CardSpec } from "../flow/catalogue";
import type { Card } from "../flow/document";
import { Fields, PaintedCard, titleOf } from "./PaintedCard";
import { paint, paintedOf } from "./painted";
import type { Entry } from "./run";

const names = {
  titles: new Map([["off", "Disable"]]),
  flows: new Map([["h", "Google leaver"]]),
  connections: new Map([["o365", "Microsoft (real)"]]),
};
const times = ["2026-11-25T09:12:04.310Z", "2026-11-25T09:12:04.980Z", "2026-11-25T09:12:06.200Z"];
const card: Card = { id: "off", card: "okta.suspend_user", on_error: { retry: { times: 2 } } };
const effect = {
  ...{ effect: "ensure", person: "user", repeatable: true, read_back: null, undo: null, in_commit: false },
};
const spec = {
  ...{ title: "Suspend User", category: "Okta", options: [], inputs: [], outputs: [], variants: [], effect },
} as unknown as CardSpec;

function tried(at: string, attempt: number, more: Partial<Entry> = {}): Entry {
  return {
    ...{ run_id: "r", path: "off", card_id: "off", card: card.card, status: "failed", at, ms: 300, attempt },
    ...{ replayed: false, inputs: { user: "ada" }, outputs: null, error: { message: "503" }, exchanges: [] },
    ...{ warnings: [], cut: [], waited: 0 },
    ...more,
  } as Entry;
}

function painted(...entries: Entry[]): string {
  return renderToStaticMarkup(
    <PaintedCard
      card={card}
      number={1}
      spec={spec}
      painted={paintedOf(paint(entries), "off")}
      names={names}
      selected={false}
      onSelect={() => {}}
    />,
  );
}

describe("a card that nobody knew the outcome of", () => {
  it("keeps what was known, who decided what, and how long that took", () => {
    const decided = {
      ...{ answer: "happened", by: "ada", error: { message: "No answer came." } },
      ...{ asked_at: "2026-11-25T09:12:04.000Z", decided_at: "2026-11-25T09:12:22.000Z" },
    };
    const said = painted(tried(times[0] ?? "", 1, { status: "done", error: null, decided }));
    expect(said).toContain("What was known of it: No answer came.");
    expect(said).toContain("ada decided: it happened.");
    expect(said).toContain("The run waited 18.0 s for that.");
    expect(painted(tried(times[0] ?? "", 1, { status: "done" }))).not.toContain("decided");
  });
});

describe("a card whose request is out", () => {
  it("is at work, and is called so", () => {
    const said = painted(tried(times[0] ?? "", 1, { status: "running", error: null, ms: 0 }));
    expect(said).toContain("1. Suspend User: at work");
    expect(said).toContain("◐ at work");
  });
});

describe("the foot of a card in a run", () => {
  it("tells how often it was tried, and when", () => {
    const said = painted(...times.map((at, number) => tried(at, number + 1)));
    expect(said).toContain("failed · 3 tries");
    expect(said).toContain(`Tried at ${times.map(clock).join(" · ")}`);
  });

  it("tells the tries of one entry, as the history has those with short waits between them", () => {
    const sent = times.map((at, number) => ({ at, request_headers: [["Keyturn-Attempt", `${number + 1}`]] }));
    const said = painted(tried(times[0] ?? "", 3, { exchanges: sent as unknown as Entry["exchanges"] }));
    expect(said).toContain("failed · 3 tries");
    expect(said).toContain(`Tried at ${times.map(clock).join(" · ")}`);
  });

  it("tells of one try what the card says of itself", () => {
    const said = painted(tried(times[0] ?? "", 1, { status: "done", error: null }));
    expect(said).not.toContain("Tried at");
    expect(said).toContain(
      "On error: up to 3 tries where one may help, then stop · makes sure of it for the person · safe to repeat",
    );
  });

  it("tells that it was tried once, where it failed and could have been tried more often", () => {
    const said = painted(tried(times[0] ?? "", 1));
    expect(said).toContain("Tried once · On error: up to 3 tries where one may help, then stop");
  });

  it("tells where it is from, if it was kept from an earlier run", () => {
    expect(painted(tried(times[0] ?? "", 1, { replayed: true }))).toContain("kept from an earlier run");
  });

  it("calls a card by its own name where the author gave it none", () => {
    expect(titleOf({ ...card, title: "" }, spec)).toBe("Suspend User");
    expect(titleOf({ ...card, title: "" }, undefined)).toBe("okta.suspend_user");
  });

  it("says nothing of a card that was not reached", () => {
    expect(painted()).not.toContain("On error");
  });
});

describe("the values of a card in a run", () => {
  const gives = { name: "item", title: "Item", type: "any" };
  const takes = [
    { name: "list", title: "List", type: "list" },
    { name: "index", title: "Index", type: "number" },
    { name: "other", title: "Other", type: "text" },
  ];
  const at = { ...spec, title: "At", inputs: takes, outputs: [gives] } as unknown as CardSpec;
  const own: Card = {
    id: "at",
    card: "list.at",
    inputs: { list: "{{ event.l }}", index: 5 },
    call: { flow: "h", with: { who: "{{ event.who }}" } },
  };
  const values = {
    ...{
      inputs: { list: null, index: 5, other: null, who: null },
      outputs: { item: null, error: null, more: 7 },
    },
    ...{ status: "done", error: null },
  };
  const said = (part: "inputs" | "outputs", card = own) =>
    [
      ...renderToStaticMarkup(
        <Fields part={part} card={card} entry={tried(times[0] ?? "", 1, values as never)} spec={at} />,
      ).matchAll(/>([^<>]+)</g),
    ].map((found) => found[1]);

  it("say what was null of what the author filled, and of what the card gives", () => {
    expect(said("inputs")).toEqual(["List", "nothing", "Index", "5", "who", "nothing"]);
    expect(said("outputs")).toEqual(["Item", "nothing", "more", "7"]);
  });

  it("say that an error was null where the card gives one of its own", () => {
    const declared = { ...own, outputs: { error: "text" } };
    expect(said("outputs", declared)).toEqual(["Item", "nothing", "error", "nothing", "more", "7"]);
  });
});

describe("what the author chose on a card", () => {
  const choices = [
    { value: "GET", label: "Read (GET)" },
    { value: "PATCH", label: "Change (PATCH)" },
  ];
  const options = [
    { name: "method", title: "Request type", type: "text", default: "GET", choices },
    { name: "unset", title: "Unset", type: "text", default: null, choices: [] },
  ];
  const asks = { ...spec, title: "Custom API Action", options } as unknown as CardSpec;
  const shown = (one: Card) =>
    renderToStaticMarkup(
      <PaintedCard
        card={one}
        number={2}
        spec={asks}
        painted={paintedOf(paint([]), one.id)}
        names={names}
        selected={false}
        onSelect={() => {}}
      />,
    );

  it("is told as it is called there, also where it was left as it is", () => {
    expect(shown({ id: "a", card: "x.y", options: { method: "PATCH" } })).toContain("Change (PATCH)");
    const left = shown({ id: "a", card: "x.y" });
    expect(left).toContain("Request type");
    expect(left).toContain("Read (GET)");
    expect(left).not.toContain("Unset");
  });

  it("names the helper flow and the connection, or their ids where they are gone", () => {
    const calls = shown({ id: "a", card: "x.y", connection: "o365", call: { flow: "h" } });
    expect(calls).toContain("Google leaver");
    expect(calls).toContain("Microsoft (real)");
    expect(shown({ id: "a", card: "x.y", call: { flow: "gone" } })).toContain("gone");
  });
});

describe("the order and the words of values", () => {
  const inputs = [
    { name: "first", title: "First", type: "text" },
    { name: "when", title: "Condition", type: "any", format: "condition" },
  ];
  const stops = { ...spec, title: "Return Error If", inputs } as unknown as CardSpec;
  const when = { a: "{{ off.error }}", is: "is not empty" };
  const own: Card = { id: "s", card: "x.y", inputs: { when, first: "1" } };
  const given = { when: { a: { message: "500" }, is: "is not empty" }, first: "1" };

  it("are those of the designer", () => {
    const entry = tried(times[0] ?? "", 1, { card_id: "s", inputs: given });
    const said = renderToStaticMarkup(
      <Fields part="inputs" card={own} entry={entry} spec={stops} names={names} />,
    );
    expect(said.indexOf(">First<")).toBeLessThan(said.indexOf(">Condition<"));
    expect(said).toContain("Disable › error is not empty");
    expect(said).toContain("{&quot;message&quot;:&quot;500&quot;} is not empty");
    expect(said).not.toContain("&quot;is&quot;");
  });
});
