/**
 * Writes the lock files of the framework examples, which hold the packed package's dependencies too: after a change of
 * an example's package.json or of our own dependencies.
 * Usage: node scripts/lock-examples.mjs [name …] | --check (offline: does each lock hold what both package.json say?)
 */
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { completeLock } from './lib/complete-lock.mjs';
import { frameworkExamples, npm, packInto } from './lib/framework-examples.mjs';
import { root } from './lib/paths.mjs';

const OURS = 'node_modules/secure-meeting';
const check = process.argv.includes('--check');
const wanted = process.argv.slice(2).filter((arg) => arg !== '--check');
const names = wanted.length > 0 ? wanted : await frameworkExamples();
const read = async (...file) => JSON.parse(await readFile(path.join(root, ...file), 'utf8'));
const own = await read('package.json');

if (check) {
  for (const name of names) {
    const problems = await problemsOf(name);
    for (const problem of problems) console.error(`examples/${name}/package-lock.json ${problem}`);
    if (problems.length > 0) process.exitCode = 1;
  }
  if (process.exitCode) console.error('Run node scripts/lock-examples.mjs and commit the result.');
  else console.log(`${names.length} lock files of examples hold what their package.json and ours say`);
} else {
  const folder = await mkdtemp(path.join(tmpdir(), 'secure-meeting-lock-'));
  try {
    const tarball = await packInto(folder);
    for (const name of names) await lock(name, tarball);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function lock(name, tarball) {
  const folder = await mkdtemp(path.join(tmpdir(), 'secure-meeting-lock-'));
  try {
    await copyFile(path.join(root, 'examples', name, 'package.json'), path.join(folder, 'package.json'));
    await copyFile(tarball, path.join(folder, 'secure-meeting.tgz'));
    const args = ['install', '--package-lock-only', '--ignore-scripts', '--no-audit', '--no-fund'];
    await npm(args, folder, { npm_config_omit_lockfile_registry_resolved: 'true' });
    const made = JSON.parse(await readFile(path.join(folder, 'package-lock.json'), 'utf8'));
    // Of our own package, which is packed anew each time, only what it asks for is locked.
    delete made.packages[OURS].integrity;
    completeLock(made);
    await writeFile(path.join(root, 'examples', name, 'package-lock.json'), `${JSON.stringify(made, null, 2)}\n`);
    console.log(`examples/${name}/package-lock.json written: ${Object.keys(made.packages).length - 1} packages`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function problemsOf(name) {
  const manifest = await read('examples', name, 'package.json');
  const { packages } = await read('examples', name, 'package-lock.json');
  const problems = [];
  for (const key of ['dependencies', 'devDependencies'])
    if (!isDeepStrictEqual(packages[''][key], manifest[key])) problems.push(`has other ${key} than its package.json`);
  for (const key of ['version', 'dependencies', 'peerDependencies'])
    if (!isDeepStrictEqual(packages[OURS]?.[key], own[key])) problems.push(`has another ${key} of secure-meeting`);
  if (completeLock({ packages: structuredClone(packages) }).length > 0) problems.push('lacks builds for other systems');
  return problems;
}
