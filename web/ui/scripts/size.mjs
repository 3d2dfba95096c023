// Fails when the first load (index.html and everything it needs at once) is above the limit, compressed.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const LIMIT = 300_000;
const folder = process.env.HEADWAY_UI_OUT ?? new URL("../../headway_web/ui", import.meta.url).pathname;
const manifest = JSON.parse(readFileSync(join(folder, ".vite/manifest.json"), "utf8"));

/** The files a chunk needs before it runs: itself, its styles, and its static imports. */
function needed(key, found = new Set()) {
  const chunk = manifest[key];
  if (!chunk || found.has(chunk.file)) return found;
  found.add(chunk.file);
  for (const sheet of chunk.css ?? []) found.add(sheet);
  for (const other of chunk.imports ?? []) needed(other, found);
  return found;
}

const entry = Object.keys(manifest).find((key) => manifest[key].isEntry);
const home = Object.keys(manifest).find((key) => key.endsWith("pages/home/HomePage.tsx"));
const files = new Set(["index.html", "theme.js", "favicon.svg", ...needed(entry), ...(home ? needed(home) : [])]);
const sizes = [...files].map((file) => [file, gzipSync(readFileSync(join(folder, file))).length]);
const total = sizes.reduce((sum, [, size]) => sum + size, 0);
for (const [file, size] of sizes.sort((a, b) => b[1] - a[1])) console.log(`${String(size).padStart(8)}  ${file}`);
console.log(`${String(total).padStart(8)}  first load, gzip (limit ${LIMIT})`);
if (total > LIMIT) process.exit(1);
