import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useState } from "react";
import { nonce } from "../theme/nonce";
import { theme, variables } from "../theme/theme";
import { makeQueries } from "./queries";
import { makeRouter } from "./router";
import { Told } from "./Told";

/** The whole app: theme, server state, pages. */
export function App() {
  const [queries] = useState(makeQueries);
  const [router] = useState(() => makeRouter(queries));
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={variables}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce}
    >
      <QueryClientProvider client={queries}>
        <Told />
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  );
}
