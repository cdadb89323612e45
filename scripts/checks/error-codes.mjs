/** Every error code is raised by some test: its name, in quotes, stands in a test file. */
import { readFile } from 'node:fs/promises';
import { glob } from '../lib/glob.mjs';
import { root } from '../lib/paths.mjs';
import { loadSource } from '../lib/load-source.mjs';

const { ERROR_CODES } = await loadSource('src/base/error-codes.ts');
const tests = await Promise.all((await glob(root, ['test'], '.test.ts')).map((file) => readFile(file, 'utf8')));
const all = tests.join('\n');
const missing = ERROR_CODES.filter((code) => !all.includes(`'${code}'`));
if (missing.length > 0) {
  console.error(`No test raises: ${missing.join(', ')}`);
  process.exitCode = 1;
} else console.log(`${ERROR_CODES.length} error codes, each in a test`);
