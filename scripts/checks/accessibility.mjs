/** Fails when docs/accessibility.md misses a criterion of WCAG 2.2 A or AA, or names a test that does not exist. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { checkEvidence } from '../lib/evidence.mjs';
import { root } from '../lib/paths.mjs';

/** Levels A and AA of the Recommendation of 12 December 2024; 4.1.1 is obsolete and removed. */
const CRITERIA = `1.1.1 1.2.1 1.2.2 1.2.3 1.2.4 1.2.5 1.3.1 1.3.2 1.3.3 1.3.4 1.3.5 1.4.1 1.4.2 1.4.3 1.4.4 1.4.5 1.4.10
1.4.11 1.4.12 1.4.13 2.1.1 2.1.2 2.1.4 2.2.1 2.2.2 2.3.1 2.4.1 2.4.2 2.4.3 2.4.4 2.4.5 2.4.6 2.4.7 2.4.11 2.5.1 2.5.2 2.5.3
2.5.4 2.5.7 2.5.8 3.1.1 3.1.2 3.2.1 3.2.2 3.2.3 3.2.4 3.2.6 3.3.1 3.3.2 3.3.3 3.3.4 3.3.7 3.3.8 4.1.2 4.1.3`.split(
  /\s+/,
);
const FILE = 'docs/accessibility.md';

const read = (file) => readFile(path.join(root, file), 'utf8').catch(() => undefined);
const text = await readFile(path.join(root, FILE), 'utf8');
const { open, problems } = await checkEvidence(text, read, { unless: /^not applicable: \S/ });
const listed = [...text.matchAll(/^\| (\d\.\d\.\d+) /gm)].map(([, criterion]) => criterion);
if (listed.join() !== CRITERIA.join())
  problems.push(
    `does not have each criterion once and in order: ${CRITERIA.filter((each) => !listed.includes(each)).join(', ')}`,
  );
for (const problem of problems) console.error(`${FILE} ${problem}`);
console.log(`${FILE}: ${listed.length} criteria, ${open} open, ${problems.length} problems`);
if (problems.length > 0) process.exitCode = 1;
