// What a browser loads before it shows the first page: the entry of the built app and all that it imports at once.
// Says the size and ends with 1 if it is over the limit.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const LIMIT = 350_000;
const built = join(dirname(fileURLToPath(import.meta.url)), "../../src/keyturn/server/web");
const manifest = JSON.parse(readFileSync(join(built, ".vite/manifest.json"), "utf8"));

function loaded(name, seen = new Set()) {
  if (!seen.has(name)) {
    seen.add(name);
    for (const next of manifest[name].imports ?? []) {
      loaded(next, seen);
    }
  }
  return seen;
}

const entry = Object.keys(manifest).find((name) => manifest[name].isEntry);
// Home is the page that most people open first: it belongs to the first load, though it is a file of its own.
const first = new Set([...loaded(entry), ...loaded("src/home/HomePage.tsx")]);
const size = [...first]
  .map((name) => gzipSync(readFileSync(join(built, manifest[name].file)), { level: 9 }).length)
  .reduce((sum, one) => sum + one, 0);
const said = `First load: ${(size / 1000).toFixed(1)} kB of JavaScript compressed, of ${LIMIT / 1000} kB at most.`;
console.log(said);
if (size > LIMIT) {
  console.error(
    "To mend: load what the first page does not need on demand (lazyRouteComponent), or drop a library.",
  );
  process.exit(1);
}
