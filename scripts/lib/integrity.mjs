import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';

/** What a page loads: our scripts with their chunks, the worker, the style sheet. */
const LOADED = /^(secure-meeting[\w.-]*\.js|place\.css)$/;

/** `sha384-…` of each file of a build that a page loads, in the order of their names. @param {string} dist */
export async function integrityOf(dist) {
  const files = (await readdir(dist)).filter((file) => LOADED.test(file)).sort();
  const rows = files.map(async (file) => {
    const hash = createHash('sha384').update(await readFile(path.join(dist, file)));
    return [file, `sha384-${hash.digest('base64')}`];
  });
  return Object.fromEntries(await Promise.all(rows));
}
