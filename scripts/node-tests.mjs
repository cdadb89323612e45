/**
 * Runs test files in Node: bundles each with esbuild (TypeScript, JSON) and hands them to node:test.
 * Usage: node scripts/node-tests.mjs [glob or folder …] (default: everything that needs no browser and no server)
 */
import { build } from 'esbuild';
import { spawn } from 'node:child_process';
import { glob } from './lib/glob.mjs';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import path from 'node:path';

const root = fileURLToPath(new URL('..', import.meta.url));
const args = process.argv.slice(2);
const options = args.filter((arg) => arg.startsWith('--'));
if (!options.some((option) => option.startsWith('--test-reporter'))) options.push('--test-reporter=spec');
const wanted = args.filter((arg) => !arg.startsWith('--'));
const files = await glob(root, wanted.length ? wanted : ['test/unit', 'test/vectors', 'test/simulation'], '.test.ts');
if (files.length === 0) {
  console.error(`No test file matches ${wanted.join(' ')}`);
  process.exit(1);
}
// Inside the checkout, so that bare imports resolve from node_modules; one folder per process, so that two can run.
const out = path.join(root, 'build', `node-tests-${process.pid}`);
try {
  await build({
    entryPoints: files,
    outdir: out,
    outbase: root,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    // Without it esbuild makes modules behind a dynamic import lazy for everyone, and forgets to start some.
    splitting: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'inline',
    logLevel: 'warning',
    tsconfigRaw: { compilerOptions: { experimentalDecorators: true, useDefineForClassFields: true, target: 'ES2022' } },
  });
  const built = files.map((file) => path.join(out, path.relative(root, file).replace(/\.ts$/, '.mjs')));
  process.exitCode = await new Promise((resolve) => {
    const child = spawn(
      process.execPath,
      ['--enable-source-maps', '--import', './test/support/node-globals.mjs', '--test', ...options, ...built],
      { cwd: root, stdio: 'inherit' },
    );
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
    child.on('exit', (code) => resolve(code ?? 1));
  });
} finally {
  await rm(out, { recursive: true, force: true });
}
