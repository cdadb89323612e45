/** Copies the `.d.ts` files that the public entries reach, and refuses any that would drag a vendor's types along. */
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { root } from './paths.mjs';

/** Entries of the exports map, as files below `build/types`. */
export const TYPE_ENTRIES = [
  'index',
  'define/index',
  'keys/index',
  'keys/testing/index',
  'react/index',
  'server/index',
];
const IMPORT = /(?:from\s+|import\s*\(\s*|^\s*import\s+)['"]([^'"]+)['"]/gm;
/** Packages whose types a strict consumer may be asked to have: they are dependencies with clean types of their own. */
const ALLOWED = /^(lit|@lit\/[\w-]+|react)(\/|$)|^node:/;

/** @param {string} dir the folder of the built package */
export async function copyDeclarations(dir) {
  const built = path.join(root, 'build/types');
  const seen = new Set();
  const queue = TYPE_ENTRIES.map((entry) => path.join(built, `${entry}.d.ts`));
  while (queue.length > 0) {
    const file = queue.pop();
    if (seen.has(file)) continue;
    seen.add(file);
    const text = await readFile(file, 'utf8');
    for (const [, specifier] of text.matchAll(IMPORT)) {
      if (specifier.startsWith('.')) queue.push(path.resolve(path.dirname(file), specifier.replace(/\.js$/, '.d.ts')));
      else if (!ALLOWED.test(specifier))
        throw new Error(`${path.relative(built, file)} makes ${specifier} part of the public types`);
    }
    const target = path.join(dir, 'types', path.relative(built, file));
    await mkdir(path.dirname(target), { recursive: true });
    await copyFile(file, target);
  }
}
