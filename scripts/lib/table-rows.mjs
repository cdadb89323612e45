/** The tables of docs/dependencies.md, and how two versions of the page are compared. */

const head = ['| package | version | licence | bytes | why |', '|---|---|---|---|---|'];

/** @param {readonly { name: string, version: string, license: string, reason: string, size: number }[]} packages */
export function rows(packages) {
  const lines = packages.map(
    ({ name, version, license, reason, size }) =>
      `| ${name} | ${version} | ${license} | ${size === 0 ? 'none' : size.toLocaleString('en')} | ${reason} |`,
  );
  return [...head, ...lines].join('\n');
}

/**
 * Lines that differ in more than a size that is a tenth (or 500 bytes) larger or smaller: every change of our own code
 * moves a few bytes.
 * @param {string} committed @param {string} made
 * @returns {string[]}
 */
export function differences(committed, made) {
  const [before, after] = [committed.split('\n'), made.split('\n')];
  const found = after.filter((line) => !before.some((other) => alike(other, line)));
  const gone = before.filter((line) => !after.some((other) => alike(line, other)));
  return [...found.map((line) => `lacks "${line}"`), ...gone.map((line) => `has "${line}"`)];
}

const SIZE = / \| ([\d,]+) \| /;

function alike(one, other) {
  if (one === other) return true;
  const [a, b] = [one, other].map((line) => Number(SIZE.exec(line)?.[1].replaceAll(',', '') ?? NaN));
  if (one.replace(SIZE, '') !== other.replace(SIZE, '') || Number.isNaN(a + b)) return false;
  return Math.abs(a - b) <= Math.max(500, Math.max(a, b) / 10);
}
