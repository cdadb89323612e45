/** What must be there before anything of ours runs: Node and the locked npm packages. No dependencies. */
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { endsWithUs } from './at-exit.mjs';
import { withLock } from './lock.mjs';
import { root } from './paths.mjs';
import { StepError } from './steps.mjs';

const NEEDED = [20, 19];

/** @throws {StepError} when this Node is too old */
export function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1])) return;
  throw new StepError(
    `This is Node ${process.versions.node}; Node ${NEEDED.join('.')} or later is needed.`,
    'Install a current Node from https://nodejs.org, or with your version manager, and run the command again.',
  );
}

/**
 * Why the installed packages are not those of the lock file; undefined when they are. Compares the lock file with the
 * one npm keeps of what it really installed, so that it notices a hand-made `npm install` too.
 */
export async function staleness() {
  const locked = JSON.parse(await readFile(path.join(root, 'package-lock.json'), 'utf8')).packages;
  let installed;
  try {
    installed = JSON.parse(await readFile(path.join(root, 'node_modules/.package-lock.json'), 'utf8')).packages;
  } catch {
    return 'they are not installed yet';
  }
  for (const [place, { version, optional, devOptional, peer }] of Object.entries(locked)) {
    if (place === '' || (installed[place] === undefined && (optional || devOptional || peer))) continue;
    if (installed[place]?.version !== version) return `${place.replace('node_modules/', '')} should be ${version}`;
  }
  return undefined;
}

/** Installs the locked packages when they are missing or stale. @throws {StepError} */
export async function ensurePackages(log) {
  if ((await staleness()) === undefined) return log('the locked packages are installed');
  return withLock(
    'install',
    async () => {
      const reason = await staleness(); // the process we waited for may have installed them
      if (reason === undefined) return log('the locked packages are installed');
      log(`npm ci, because ${reason}: about a minute …`);
      await npm(['ci', '--no-audit', '--no-fund']);
    },
    log,
  );
}

function npm(args) {
  // Under `npm start`, npm says where it is; its own file runs without a shell on every system.
  const cli = process.env.npm_execpath;
  const [command, prefix, shell] = cli?.endsWith('.js')
    ? [process.execPath, [cli], false]
    : ['npm', [], process.platform === 'win32'];
  return new Promise((resolve, reject) => {
    const stdio = ['ignore', 'inherit', 'inherit'];
    const child = endsWithUs(spawn(command, [...prefix, ...args], { cwd: root, stdio, shell }));
    child.once('error', (error) =>
      reject(
        new StepError(
          `npm can't be run: ${error.message}`,
          'npm comes with Node: reinstall it from https://nodejs.org.',
        ),
      ),
    );
    child.once('exit', (code) => {
      if (code === 0) return resolve();
      reject(
        new StepError(
          `npm ${args[0]} ended with code ${code}; its own words are above.`,
          'Usually the package registry is out of reach: check the network and npm\'s "registry" and "proxy" settings, then run this again.',
        ),
      );
    });
  });
}
