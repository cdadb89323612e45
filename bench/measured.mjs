/** What the benches in a browser share: percentiles, where and when it was measured, and where results go. */
import { mkdir, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { root } from '../scripts/lib/paths.mjs';

/** The value below which this part (0…1) of them lies. @param {readonly number[]} values @param {number} part */
export const at = (values, part) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.ceil(part * values.length) - 1)];
/** To tenths. */
export const round = (value) => Math.round(value * 10) / 10;

/** The average number of runnable tasks of the last minute. */
const load1 = () => os.loadavg()[0].toFixed(1);

/** To be called before measuring; what it gives, after it. `more`: what ran there, and how. */
export function conditions() {
  const before = load1();
  return (more) => ({
    date: new Date().toISOString().slice(0, 10),
    machine: `${os.cpus().length} cores of ${os.cpus()[0]?.model ?? 'unknown'}, ${more}`,
    load: `${before} before, ${load1()} after`,
  });
}

/** Writes bench/results/`name`.json and .md. */
export async function writeResults(name, result, lines) {
  const folder = path.join(root, 'bench/results');
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, `${name}.json`), `${JSON.stringify(result, null, 2)}\n`);
  await writeFile(path.join(folder, `${name}.md`), lines.join('\n'));
}
