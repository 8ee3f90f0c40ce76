// How much JavaScript the first page takes over the wire: the entry, the overview, and all that they import.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { z } from 'zod';

const MOST_BYTES = 180_000;
const DIST = resolve(import.meta.dirname, '../dist');
const FIRST = ['index.html', 'src/pages/overview/overview-page.tsx'];

const chunks = z
  .record(z.string(), z.object({ file: z.string(), imports: z.array(z.string()).optional() }))
  .parse(JSON.parse(readFileSync(join(DIST, '.vite/manifest.json'), 'utf8')));

const needed = new Set<string>();
for (const name of FIRST) collect(name);
const bytes = [...needed].reduce((sum, file) => sum + gzipSync(readFileSync(join(DIST, file))).length, 0);

const size = `${(bytes / 1000).toFixed(1)} kB of compressed JavaScript for the first page`;
if (bytes > MOST_BYTES) {
  process.stderr.write(`${size}, and ${MOST_BYTES / 1000} kB are the most.\n`);
  process.exitCode = 1;
} else {
  process.stdout.write(`${size}\n`);
}

function collect(name: string): void {
  const chunk = chunks[name];
  if (chunk === undefined) throw new Error(`The build has no ${name}.`);
  if (needed.has(chunk.file)) return;
  needed.add(chunk.file);
  for (const imported of chunk.imports ?? []) collect(imported);
}
