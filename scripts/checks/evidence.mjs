/**
 * Every row of docs/evidence.md names tests that exist, or a committed benchmark, or says **open**. A row names a test
 * as `` `file` › title ``; several are separated by `;`. Titles of nested suites are separated by ` › `.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../lib/paths.mjs';

const NAMED = /^`([^`]+)` › (.+)$/;

/**
 * @param {string} markdown
 * @param {(file: string) => Promise<string | undefined>} read the text of a file of the checkout
 * @returns {Promise<{ rows: number, open: number, problems: string[] }>}
 */
export async function checkEvidence(markdown, read) {
  const problems = [];
  let rows = 0;
  let open = 0;
  for (const [index, line] of markdown.split('\n').entries()) {
    const cells = /^\|(.+)\|(.+)\|\s*$/.exec(line.replaceAll('\\|', '\u0000'));
    if (!cells || /^\s*-+\s*$/.test(cells[2]) || cells[2].trim() === 'shown by') continue;
    rows++;
    const shown = cells[2].trim().replaceAll('\u0000', '|');
    const at = `line ${index + 1}: `;
    if (/^(\*\*)?open\b/.test(shown)) open++;
    else
      for (const part of shown.split(';'))
        problems.push(...(await checkPart(part.trim(), read)).map((text) => at + text));
  }
  if (rows === 0) problems.push('there are no rows');
  return { rows, open, problems };
}

async function checkPart(part, read) {
  const [, file, titles] = NAMED.exec(part) ?? [];
  if (!file) {
    const result = /^`(bench\/[^`]+)`/.exec(part)?.[1];
    if (!result) return [`"${part}" names no test: \`file\` › title`];
    return (await read(result)) === undefined ? [`${result} does not exist`] : [];
  }
  const text = await read(file);
  if (text === undefined) return [`${file} does not exist`];
  return titles
    .split(' › ')
    .filter((title) => !text.includes(title.trim()))
    .map((title) => `${file} has no test called "${title.trim()}"`);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const read = (file) => readFile(path.join(root, file), 'utf8').catch(() => undefined);
  const { rows, open, problems } = await checkEvidence(
    await readFile(path.join(root, 'docs/evidence.md'), 'utf8'),
    read,
  );
  for (const problem of problems) console.error(`docs/evidence.md ${problem}`);
  console.log(`docs/evidence.md: ${rows} promises, ${open} open, ${problems.length} wrongly named`);
  if (problems.length > 0) process.exitCode = 1;
}
