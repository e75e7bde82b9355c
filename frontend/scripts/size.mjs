// Sums the gzipped JavaScript that opening the play route loads: the entry, the play
// route's chunk, and everything those two import statically. Fails above the limit.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const LIMIT = 130_000;
const ROOTS = ["index.html", "src/features/play/PlayPage.tsx"];

const dist = new URL("../dist/", import.meta.url);
const read = (name) => readFileSync(new URL(name, dist));
const manifest = JSON.parse(read(".vite/manifest.json"));

const files = new Set();
const seen = new Set();
const visit = (key) => {
  if (seen.has(key)) return;
  seen.add(key);
  const chunk = manifest[key];
  if (!chunk) throw new Error(`${key} is not in the manifest: build first`);
  if (chunk.file.endsWith(".js")) files.add(chunk.file);
  for (const imported of chunk.imports ?? []) visit(imported);
};
for (const root of ROOTS) visit(root);
files.add("theme.js");

let total = 0;
for (const file of files) {
  const size = gzipSync(read(file), { level: 9 }).length;
  total += size;
  console.log(`${String(size).padStart(8)}  ${file}`);
}
const verdict = total <= LIMIT ? "ok" : "TOO MUCH";
console.log(`${String(total).padStart(8)}  of ${LIMIT} gzipped bytes: ${verdict}`);
process.exitCode = total <= LIMIT ? 0 : 1;
