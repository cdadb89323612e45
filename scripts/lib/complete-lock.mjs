/** Locks the builds for other systems that optional packages name but npm left out of a lock file. */

/**
 * @param {{ packages: Record<string, object> }} lock changed in place
 * @returns {string[]} what was missing, as `name@version`
 */
export function completeLock(lock) {
  const missing = [];
  for (const [place, { optionalDependencies = {}, dev, engines }] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      if (isLocked(lock, place, name)) continue;
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
  const [own, ...rest] = Object.keys(lock.packages);
  lock.packages = Object.fromEntries([own, ...rest.sort()].map((key) => [key, lock.packages[key]]));
  return missing;
}

function isLocked(lock, place, name) {
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
