import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { root } from './paths.mjs';

/**
 * Writes a generated file, or, with `--check` on the command line, fails when the committed one differs.
 * @param {string} file @param {string} text @param {string} command what writes it anew
 */
export async function writeOrCheck(file, text, command) {
  const name = path.relative(root, file);
  if (!process.argv.includes('--check')) {
    await writeFile(file, text);
    console.log(`Wrote ${name}`);
  } else if ((await readFile(file, 'utf8').catch(() => '')) === text) console.log(`${name} is up to date`);
  else {
    console.error(`${name} is out of date: run ${command} and commit what it changes.`);
    process.exitCode = 1;
  }
}
