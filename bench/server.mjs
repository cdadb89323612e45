/**
 * The backend under load, over HTTP on loopback, in a process on one core, with PostgreSQL: tokens with certificates at
 * 500 a second, checks of codes, and how long it takes to start on an empty and on an existing folder.
 * Writes bench/results/server.{json,md}. Usage: node scripts/build.mjs && node bench/server.mjs [seconds] (20)
 *
 * `node bench/server.mjs memory [requests]` (a million: about half an hour) asks as fast as it is answered and looks
 * whether the memory grows. Writes bench/results/server-memory.{json,md}.
 */
import { build } from 'esbuild';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);
const outdir = path.join(root, 'build', `server-bench-${process.pid}`);
try {
  await build({
    ...{ entryPoints: ['bench/server.bench.ts'], outdir, outExtension: { '.js': '.mjs' }, bundle: true },
    ...{
      splitting: true,
      packages: 'external',
      logLevel: 'warning',
      platform: 'node',
      format: 'esm',
      target: 'node20',
    },
  });
  const { load, memory } = await import(pathToFileURL(path.join(outdir, 'server.bench.mjs')).href);
  const [what, number] = process.argv.slice(2);
  const kept = what === 'memory' ? await memory(Number(number ?? 1_000_000)) : await load(Number(what ?? 20));
  process.exitCode = kept ? 0 : 1;
} finally {
  await rm(outdir, { recursive: true, force: true });
}
