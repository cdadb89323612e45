/** What a visitor downloads: an entry and the chunks it leads to, each file compressed by itself. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

/** Minified output of Rollup writes chunk imports in these two ways only. */
const STATIC = /\b(?:import|export)\b[^"'()]*?["'](\.\/[^"']+\.js)["']/g;
const DYNAMIC = /\bimport\(\s*["'](\.\/[^"']+\.js)["']\s*\)/g;

/**
 * @param {string} dist
 * @param {{ entry: string, follow: 'static' | 'all', with?: string[], without?: string[] }} budget `with`: parts of
 *   names of chunks that are loaded on use and belong to it; `without`: of chunks that don't
 * @returns {Promise<{ file: string, raw: number, gzip: number, brotli: number }[]>} largest first
 */
export async function measure(dist, { entry, follow, with: also = [], without = [] }) {
  const rows = new Map();
  const queue = [entry];
  while (queue.length > 0) {
    const file = queue.pop();
    if (rows.has(file) || without.some((part) => file.includes(part))) continue;
    const bytes = await readFile(path.join(dist, file));
    rows.set(file, { file, raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length, brotli: brotli(bytes) });
    const text = bytes.toString('utf8');
    const next = (pattern) =>
      [...text.matchAll(pattern)].map(([, to]) => path.posix.join(path.posix.dirname(file), to));
    queue.push(...next(STATIC));
    queue.push(...next(DYNAMIC).filter((to) => follow === 'all' || also.some((part) => to.includes(part))));
  }
  return [...rows.values()].sort((a, b) => b.brotli - a.brotli);
}

const brotli = (bytes) =>
  brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  }).length;
