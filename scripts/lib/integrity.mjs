import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';

/** What a page loads: our scripts with their chunks, the worker, the style sheet, and what blur is made of. */
const LOADED = /^(secure-meeting[\w.-]*\.js|place\.css|blur\/.*(?<!\.map))$/;

/** `sha384-…` of each file of a build that a page loads, in the order of their names. @param {string} dist */
export async function integrityOf(dist) {
  const all = [...(await readdir(dist)), ...(await readdir(path.join(dist, 'blur'))).map((file) => `blur/${file}`)];
  const files = all.filter((file) => LOADED.test(file)).sort();
  const rows = files.map(async (file) => {
    const hash = createHash('sha384').update(await readFile(path.join(dist, file)));
    return [file, `sha384-${hash.digest('base64')}`];
  });
  return Object.fromEntries(await Promise.all(rows));
}
