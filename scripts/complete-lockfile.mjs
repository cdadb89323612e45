/**
 * After `npm install` changed the lock file: adds the builds for other systems that npm left out. npm does so when a
 * registry's mirror lacks them, and `npm ci` then refuses the lock file everywhere (docs/decisions/0003).
 * Usage: node scripts/complete-lockfile.mjs [--check]
 */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { completeLock } from './lib/complete-lock.mjs';
import { root } from './lib/paths.mjs';

const file = path.join(root, 'package-lock.json');
const lock = JSON.parse(await readFile(file, 'utf8'));
const missing = completeLock(lock);
if (missing.length === 0) console.log('package-lock.json has the builds for every system');
else if (process.argv.includes('--check')) {
  console.error(`package-lock.json lacks ${missing.length} builds for other systems, so npm ci refuses it.`);
  console.error('Run node scripts/complete-lockfile.mjs and commit the result.');
  process.exitCode = 1;
} else {
  await writeFile(file, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`Added to package-lock.json: ${missing.join(', ')}`);
}
