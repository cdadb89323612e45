/**
 * Writes test/vectors/secure-meeting/protocol.json anew from the code. Run it only when the protocol changes on purpose:
 * the tests compare the code with the file, so that it never changes by accident.
 */
import { build } from 'esbuild';
import { rm, writeFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import path from 'node:path';

const root = fileURLToPath(new URL('..', import.meta.url));
const out = path.join(root, 'build', `make-vectors-${process.pid}`);
try {
  await build({
    entryPoints: [path.join(root, 'test/support/protocol-vectors.ts')],
    outdir: out,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'warning',
  });
  const { makeVectors } = await import(pathToFileURL(path.join(out, 'protocol-vectors.mjs')).href);
  const file = path.join(root, 'test/vectors/secure-meeting/protocol.json');
  await writeFile(file, `${JSON.stringify(await makeVectors(), null, 2)}\n`);
  console.log(`wrote ${path.relative(root, file)}`);
} finally {
  await rm(out, { recursive: true, force: true });
}
