/**
 * What a rotation costs the leader: CPU, the longest task of the main thread, and bytes per recipient, at 200 and 1,000
 * members. Writes bench/results/leader.{json,md}. Usage: node bench/leader.mjs [rounds]
 */
import { build } from 'esbuild';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);
process.env['ROUNDS'] ??= process.argv[2] ?? '15';
const outfile = path.join(root, 'build', `leader-bench-${process.pid}.mjs`);
try {
  await build({
    ...{ entryPoints: ['bench/leader.bench.ts'], outfile, bundle: true, packages: 'external', logLevel: 'warning' },
    ...{ platform: 'node', format: 'esm', target: 'node20' },
  });
  await import(pathToFileURL(outfile).href);
} finally {
  await rm(outfile, { force: true });
}
