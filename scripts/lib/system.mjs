/** Programs of the operating system that the tests need, and how to get them. No dependencies. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { withLock } from './lock.mjs';
import { findOnPath } from './on-path.mjs';
import { StepError } from './steps.mjs';

/** `without`: what happens when it can't be had; none for what nothing works without. */
const PROGRAMS = [
  {
    name: 'Chromium',
    paths: ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'],
    variable: 'CHROMIUM',
    apt: 'chromium',
  },
  { name: 'Firefox', paths: ['/usr/bin/firefox-esr', '/usr/bin/firefox'], variable: 'FIREFOX', apt: 'firefox-esr' },
  { name: 'PulseAudio', paths: ['/usr/bin/pulseaudio'], apt: 'pulseaudio', without: 'sound is not tested in Firefox' },
  {
    name: 'Redis',
    paths: ['/usr/bin/redis-server'],
    apt: 'redis-server',
    without: 'the backend is not tested against it',
  },
  {
    name: 'PostgreSQL',
    paths: ['/usr/lib/postgresql', '/usr/bin/postgres'],
    apt: 'postgresql',
    without: 'the backend is tested against its WebAssembly build only',
  },
];

/**
 * Installs what is missing, by apt as root or with a sudo that asks nothing.
 * @param {(line: string) => void} log
 * @param {{ programs?: typeof PROGRAMS, env?: NodeJS.ProcessEnv, isRoot?: boolean }} [options]
 * @throws {StepError}
 */
export async function ensurePrograms(
  log,
  { programs = PROGRAMS, env = process.env, isRoot = process.getuid?.() === 0 } = {},
) {
  const isThere = ({ paths, variable }) =>
    [variable && env[variable], ...paths].some((path) => path && existsSync(path));
  const missing = programs.filter((program) => !isThere(program));
  if (missing.length === 0) return log(`${programs.map(({ name }) => name).join(', ')}: all there`);
  const packages = missing.map(({ apt }) => apt);
  log(`missing: ${missing.map(({ name }) => name).join(', ')}`);
  const asRoot = isRoot ? [] : sudo(env);
  if (asRoot && (await findOnPath('apt-get', env))) {
    log(`apt-get install ${packages.join(' ')}: one or two minutes …`);
    await withLock('apt', async () => install(asRoot, packages, env), log);
  }
  for (const program of missing.filter((candidate) => !isThere(candidate))) {
    if (program.without) log(`${program.name} is not here: ${program.without}`);
    else throw new StepError(`${program.name} is not here and could not be installed.`, advice(program, packages));
  }
}

function install(prefix, packages, env) {
  const apt = (...args) => {
    const [command, ...rest] = [...prefix, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...args];
    return spawnSync(command, rest, { env, stdio: ['ignore', 'ignore', 'inherit'] }).status === 0;
  };
  apt('-qq', 'update');
  // One by one when they can't be had together: a distribution may lack one of them.
  if (!apt('-qq', 'install', '-y', '--no-install-recommends', ...packages))
    for (const name of packages) apt('-qq', 'install', '-y', '--no-install-recommends', name);
}

/** @returns {string[] | undefined} what to put before a command that needs root, if it asks for no password */
function sudo(env) {
  const { status } = spawnSync('sudo', ['-n', 'true'], { env, stdio: 'ignore' });
  return status === 0 ? ['sudo', '-n'] : undefined;
}

const advice = ({ name, variable, apt }, packages) =>
  `On Debian: sudo apt-get install ${packages.join(' ')}. Elsewhere install ${name} (Debian's package is "${apt}") ` +
  `and, when it is not found, name its program: ${variable}=/path/to/it npm test.`;
