import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import {
  createMemoryHistory,
  createRootRoute,
  createRouter,
  RouterContextProvider,
} from "@tanstack/react-router";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, it } from "vitest";
import { runsQuery } from "../history/runs";
import { text } from "../text";
import { HomePage } from "./HomePage";

function home(rows: object[]): string {
  const queries = new QueryClient();
  const page = { pages: [{ rows, next: null }], pageParams: [undefined] };
  queries.setQueryData(runsQuery({ trials: false }, 100).queryKey, page as never);
  const router = createRouter({ routeTree: createRootRoute(), history: createMemoryHistory() });
  return renderToStaticMarkup(
    <QueryClientProvider client={queries}>
      <RouterContextProvider router={router}>
        <HomePage />
      </RouterContextProvider>
    </QueryClientProvider>,
  );
}

it("leads somebody who has nothing yet to the first steps, and nobody else", () => {
  const empty = home([]);
  expect(empty).toContain(`aria-label="${text.home.firstSteps}"`);
  for (const [to, words] of [
    ["/connections", text.home.connect],
    ["/templates", text.home.take],
    ["/flows", text.home.build],
  ] as const) {
    expect(empty).toMatch(new RegExp(`href="${to}"[^>]*>${words}`));
  }
  const used = home([{ id: "r", flow_id: "f", flow_name: "Leavers", status: "succeeded", took_ms: 3 }]);
  expect(used).not.toContain(text.home.firstSteps);
  expect(used).toContain("Leavers");
});
