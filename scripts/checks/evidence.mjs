/** Fails when docs/evidence.md names a test that does not exist. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { checkEvidence } from '../lib/evidence.mjs';
import { root } from '../lib/paths.mjs';

const read = (file) => readFile(path.join(root, file), 'utf8').catch(() => undefined);
const { rows, open, problems } = await checkEvidence(await readFile(path.join(root, 'docs/evidence.md'), 'utf8'), read);
for (const problem of problems) console.error(`docs/evidence.md ${problem}`);
console.log(`docs/evidence.md: ${rows} promises, ${open} open, ${problems.length} wrongly named`);
if (problems.length > 0) process.exitCode = 1;
