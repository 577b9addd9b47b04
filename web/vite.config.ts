import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// The server that a page under development speaks to; the built app is served by it.
const server = process.env.KEYTURN_URL ?? "http://127.0.0.1:8450";

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: "../src/keyturn/server/web",
    emptyOutDir: true,
    target: "es2022",
    manifest: true,
    // small files too are files of their own: the page's policy allows no data in their place
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { "/api": server, "/session": server, "/healthz": server } },
  test: { include: ["src/**/*.test.{ts,tsx}"], environment: "node" },
});
