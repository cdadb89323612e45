/** Tells whether `dist` was built from the sources as they are now. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { root } from './paths.mjs';

const stamp = path.join(root, 'build/dist.sha256');
const SINGLE = [
  'custom-elements-manifest.config.mjs',
  'package.json',
  'package-lock.json',
  'rollup.config.mjs',
  'tsconfig.base.json',
  'tsconfig.json',
  'scripts/build.mjs',
  'scripts/lib/declarations.mjs',
  'scripts/lib/integrity.mjs',
  'scripts/lib/licences.mjs',
  'scripts/lib/vscode-data.mjs',
];

/** SHA-256 over everything that the build reads from this checkout. */
export async function sourcesHash() {
  const files = [...SINGLE];
  for (const folder of ['src', 'scripts/livekit', 'scripts/rollup'])
    for (const entry of await readdir(path.join(root, folder), { recursive: true, withFileTypes: true }))
      if (entry.isFile()) files.push(path.relative(root, path.join(entry.parentPath, entry.name)));
  const hash = createHash('sha256');
  for (const file of files.sort()) hash.update(`${file}\0`).update(await readFile(path.join(root, file)));
  return hash.digest('hex');
}

export async function isFresh() {
  if (!existsSync(path.join(root, 'dist')) || !existsSync(stamp)) return false;
  return (await readFile(stamp, 'utf8')) === (await sourcesHash());
}

export async function markFresh(hash) {
  await mkdir(path.dirname(stamp), { recursive: true });
  await writeFile(stamp, hash);
}
