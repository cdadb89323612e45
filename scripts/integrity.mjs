/**
 * Prints what a site pins, for the release notes: the SHA-384 of each bundle as Subresource Integrity writes it. The
 * build writes the same, for every file that a page loads, to `integrity.json`. Usage: node scripts/integrity.mjs [DIST]
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { integrityOf } from './lib/integrity.mjs';
import { root } from './lib/paths.mjs';

const dist = path.resolve(process.argv[2] ?? path.join(root, 'dist'));
const { version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
console.log(`| ${version} | integrity |\n|---|---|`);
for (const [file, hash] of Object.entries(await integrityOf(dist)))
  // Chunks are in integrity.json: their names change with their content.
  if (/^(secure-meeting(\.classic|\.worker)?\.js|place\.css)$/.test(file)) console.log(`| \`${file}\` | \`${hash}\` |`);
