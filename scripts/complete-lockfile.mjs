/**
 * After `npm install` changed the lock file: adds the builds for other systems that npm left out. npm does so when a
 * registry's mirror lacks them, and `npm ci` then refuses the lock file everywhere (docs/decisions/0003).
 * Usage: node scripts/complete-lockfile.mjs [--check]
 */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { root } from './lib/paths.mjs';

const file = path.join(root, 'package-lock.json');
const lock = JSON.parse(await readFile(file, 'utf8'));
const missing = [];
for (const [place, { optionalDependencies = {}, dev, engines }] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    if (isLocked(place, name)) continue;
    missing.push(`${name}@${version}`);
    // As npm writes it; without `integrity`, which only the registry knows, it takes the exact version.
    lock.packages[`node_modules/${name}`] = {
      version,
      ...platform(name),
      ...(dev ? { dev } : {}),
      license: 'MIT',
      optional: true,
      ...(engines ? { engines } : {}),
    };
  }
}
if (missing.length === 0) console.log('package-lock.json has the builds for every system');
else if (process.argv.includes('--check')) {
  console.error(`package-lock.json lacks ${missing.length} builds for other systems, so npm ci refuses it.`);
  console.error('Run node scripts/complete-lockfile.mjs and commit the result.');
  process.exitCode = 1;
} else {
  const [own, ...rest] = Object.keys(lock.packages);
  lock.packages = Object.fromEntries([own, ...rest.sort()].map((key) => [key, lock.packages[key]]));
  await writeFile(file, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`Added to package-lock.json: ${missing.join(', ')}`);
}

function isLocked(place, name) {
  for (let from = place; ; from = from.slice(0, Math.max(0, from.lastIndexOf('/node_modules/')))) {
    if (lock.packages[`${from ? `${from}/` : ''}node_modules/${name}`]) return true;
    if (from === '') return false;
  }
}

/** `…-linux-arm-gnueabihf` → `{ os: ['linux'], cpu: ['arm'], libc: ['glibc'] }` */
function platform(name) {
  const [, os, cpu, abi] =
    /-(android|darwin|freebsd|linux|openbsd|openharmony|win32)-(\w+?)(?:-(\w+))?$/.exec(name) ?? [];
  if (!os) throw new Error(`${name} names no system: is its registry out of reach? Run npm install again.`);
  const libc = os === 'linux' ? { libc: [abi?.startsWith('musl') ? 'musl' : 'glibc'] } : {};
  return { cpu: [cpu], os: [os], ...libc };
}
