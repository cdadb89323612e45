/**
 * Writes the protocol's vectors (`FILES`) anew from the code. Run it only when the protocol changes on purpose:
 * the tests compare the code with the file, so that it never changes by accident.
 */
import { build } from 'esbuild';
import { rm, writeFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import path from 'node:path';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Who makes what: module, export, file. */
const FILES = [
  ['test/support/protocol-vectors', 'makeVectors', 'test/vectors/secure-meeting/protocol.json'],
  ['test/unit/keys-leader/vectors', 'leaderVectors', 'test/vectors/leader.json'],
  ['test/unit/keys-leader/messages', 'messageVectors', 'test/vectors/leader-messages.json'],
];
const out = path.join(root, 'build', `make-vectors-${process.pid}`);
try {
  await build({
    entryPoints: FILES.map(([module]) => path.join(root, `${module}.ts`)),
    outdir: out,
    outbase: root,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'warning',
  });
  for (const [module, name, file] of FILES) {
    const made = await import(pathToFileURL(path.join(out, `${module}.mjs`)).href);
    await writeFile(path.join(root, file), `${JSON.stringify(await made[name](), null, 2)}\n`);
    console.log(`wrote ${file}`);
  }
} finally {
  await rm(out, { recursive: true, force: true });
}
