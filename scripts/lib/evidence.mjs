/**
 * Every row of docs/evidence.md names tests that exist, or a committed benchmark, or says **open**. A row names a test
 * as `` `file` › title ``; several are separated by `; ` before the next file's name. Titles of nested suites are separated by ` › `.
 */
const NAMED = /^`([^`]+)` › (.+)$/;

/**
 * @param {string} markdown
 * @param {(file: string) => Promise<string | undefined>} read the text of a file of the checkout
 * @param {{ unless?: RegExp }} [options] `unless`: what may stand there instead
 * @returns {Promise<{ rows: number, open: number, problems: string[] }>}
 */
export async function checkEvidence(markdown, read, { unless } = {}) {
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
    else if (!unless?.test(shown))
      for (const part of shown.split(/;\s*(?=`)/))
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
