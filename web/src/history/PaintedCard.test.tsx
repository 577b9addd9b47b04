import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { clock } from "../components/format";
import type { CardSpec } from "../flow/catalogue";
import type { Card } from "../flow/document";
import { PaintedCard, titleOf } from "./PaintedCard";
import { paint, paintedOf } from "./painted";
import type { Entry } from "./run";

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
    ...{ warnings: [], cut: [] },
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
      selected={false}
      onSelect={() => {}}
    />,
  );
}

describe("the foot of a card in a run", () => {
  it("tells how often it was tried, and when", () => {
    const said = painted(...times.map((at, number) => tried(at, number + 1)));
    expect(said).toContain("failed · 3 tries");
    expect(said).toContain(`Tried at ${times.map(clock).join(" · ")}`);
  });

  it("tells of one try what the card says of itself", () => {
    const said = painted(tried(times[0] ?? "", 1, { status: "done", error: null }));
    expect(said).not.toContain("Tried at");
    expect(said).toContain("On error: 3 tries, then stop · makes sure of it for the person · safe to repeat");
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
