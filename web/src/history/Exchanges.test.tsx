import { MantineProvider } from "@mantine/core";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, it } from "vitest";
import { ExchangeView, Sent } from "./Exchanges";
import type { Exchange } from "./exchange";

const exchange: Exchange = {
  method: "PUT",
  url: "https://app.example/files/1",
  request_headers: [],
  request_body: { text: null, length: 72_000, cut: true },
  status: 201,
  reason: "Created",
  response_headers: [],
  response_body: { text: null, length: 0, cut: false },
  elapsed_ms: 12,
  error: null,
};

const drawn = (element: React.ReactElement) =>
  renderToStaticMarkup(<MantineProvider>{element}</MantineProvider>);

it("tells how large a body is of which no text is kept, as of a file", () => {
  for (const shown of [drawn(<Sent exchange={exchange} />), drawn(<ExchangeView exchange={exchange} />)]) {
    expect(shown).toContain("72.0 kB that are no text");
    expect(shown).not.toContain("null");
  }
});

it("tells where redirects led, and only then", () => {
  const sent = { ...exchange, final_url: "https://files.example/2?***", hops: 1 };
  expect(drawn(<ExchangeView exchange={sent} />)).toContain("https://files.example/2?***");
  expect(drawn(<ExchangeView exchange={{ ...sent, hops: 0 }} />)).not.toContain("files.example");
});
