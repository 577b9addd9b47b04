import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, it } from "vitest";
import { Given } from "./TryAction";

it("shows what an action gave by the titles of its fields, and by its key what it has none for", () => {
  const entry = { card_id: "tried", outputs: { status: 204, extra: "more" }, cut: [] };
  const shown = renderToStaticMarkup(
    <QueryClientProvider client={new QueryClient()}>
      <Given entry={entry as never} outputs={[{ name: "status", title: "Status code" }]} />
    </QueryClientProvider>,
  );
  expect(shown).toContain(">Status code<");
  expect(shown).not.toContain(">status<");
  expect(shown).toContain(">extra<");
});
