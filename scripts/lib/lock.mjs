/** One process at a time, among those of one checkout. No dependencies. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from './paths.mjs';

/**
 * Runs `work` while holding the lock `name`. A lock whose owner has died is taken over.
 * @template T @param {string} name @param {() => Promise<T>} work @param {(line: string) => void} [log]
 * @returns {Promise<T>}
 */
export async function withLock(name, work, log = () => {}) {
  const file = path.join(root, 'build', `${name}.lock`);
  await mkdir(path.dirname(file), { recursive: true });
  for (let waited = 0; !(await take(file)); waited++) {
    if (waited === 0) log(`Another process is at it (${path.relative(root, file)}); waiting for it …`);
    await sleep(500);
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

async function take(file) {
  try {
    await writeFile(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  const owner = Number(await readFile(file, 'utf8').catch(() => ''));
  if (!owner || isRunning(owner)) return false;
  await rm(file, { force: true });
  return false;
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
