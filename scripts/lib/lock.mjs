/** One process at a time, among those of one checkout. No dependencies. */
import { rmSync } from 'node:fs';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { atExit } from './at-exit.mjs';
import { root } from './paths.mjs';

/**
 * Runs `work` while holding the lock `name`. A lock whose owner has died is taken over.
 * @template T @param {string} name @param {() => Promise<T>} work @param {(line: string) => void} [log]
 * @returns {Promise<T>}
 */
export async function withLock(name, work, log = () => {}) {
  const file = path.join(root, 'build', `${name}.lock`);
  await mkdir(path.dirname(file), { recursive: true });
  for (let waited = 0; ; waited++) {
    const owner = await take(file);
    if (owner === undefined) break;
    if (waited === 0) log(`Process ${owner} is at it (${path.relative(root, file)}); waiting for it …`);
    await sleep(500);
  }
  const release = atExit(() => rmSync(file, { force: true }));
  try {
    return await work();
  } finally {
    release();
    await rm(file, { force: true });
  }
}

/** @returns {Promise<number | undefined>} who has it; undefined when it is ours */
async function take(file) {
  const mine = `${file}.${process.pid}`;
  for (;;) {
    // Linked when it is written: nobody ever finds an empty lock.
    await writeFile(mine, String(process.pid));
    try {
      await link(mine, file);
      return undefined;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    } finally {
      await rm(mine, { force: true });
    }
    const owner = Number(await readFile(file, 'utf8').catch(() => ''));
    if (owner && isRunning(owner)) return owner;
    await removeStale(file, owner);
  }
}

/** Whoever moves it away removes it; if a new owner's was moved by mistake, it goes back. */
async function removeStale(file, owner) {
  const aside = `${file}.${process.pid}`;
  try {
    await rename(file, aside);
    if (Number(await readFile(aside, 'utf8')) !== owner) await link(aside, file);
    await rm(aside, { force: true });
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'EEXIST') throw error;
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
