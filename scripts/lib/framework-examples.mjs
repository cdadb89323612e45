/** The examples that a framework's own tool builds, each from its lock file and the packed package. */
import { spawn } from 'node:child_process';
import { copyFile, cp, mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { endsWithUs } from './at-exit.mjs';
import { root } from './paths.mjs';
import { StepError } from './steps.mjs';

/** The name by which each example's package.json knows the packed package. */
const TARBALL = 'secure-meeting.tgz';

/** Names of the folders, as `examples/examples.json` has them. */
export async function frameworkExamples() {
  const { frameworks } = JSON.parse(await readFile(path.join(root, 'examples/examples.json'), 'utf8'));
  return frameworks.map(({ name }) => name);
}

/** Packs what is built into `folder`. @returns {Promise<string>} the file */
export async function packInto(folder) {
  await mkdir(folder, { recursive: true });
  const said = await npm(['pack', '--ignore-scripts', '--json', '--pack-destination', folder], root);
  return path.join(folder, JSON.parse(said)[0].filename);
}

/**
 * Copies an example to `folder` and installs its locked packages there, with the tarball among them.
 * @throws {StepError} when the registry is out of reach, or the lock file is not the package.json's
 */
export async function installExample(name, { tarball, folder }) {
  const source = path.join(root, 'examples', name);
  const made = ['node_modules', 'dist', 'dist-server'].map((entry) => path.join(source, entry));
  await rm(folder, { recursive: true, force: true });
  await cp(source, folder, { recursive: true, filter: (file) => !made.includes(file) });
  await copyFile(tarball, path.join(folder, TARBALL));
  await npm(['ci', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'], folder).catch((error) => {
    throw new StepError(
      `The packages of examples/${name} could not be installed.\n${error.message}`,
      `Either the package registry is out of reach, or its lock file is not that of its package.json: node scripts/lock-examples.mjs ${name}`,
    );
  });
}

/** Runs a script of an installed example. @returns {Promise<string>} its output @throws {StepError} with its output */
export async function runExample(script, { folder }) {
  return npm(['run', '--silent', script], folder).catch((error) => {
    throw new StepError(
      `npm run ${script} failed in ${path.basename(folder)}:\n${error.message}`,
      'Its words are above.',
    );
  });
}

/** Runs npm without a terminal. Rejects with all that it said. */
export function npm(args, cwd, env = {}) {
  const shell = process.platform === 'win32';
  return new Promise((resolve, reject) => {
    const options = {
      cwd,
      shell,
      env: { ...process.env, CI: '1', NO_COLOR: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    };
    const child = endsWithUs(spawn('npm', args, options));
    const [out, all] = [[], []];
    child.stdout.on('data', (chunk) => (out.push(chunk), all.push(chunk)));
    child.stderr.on('data', (chunk) => all.push(chunk));
    const text = (chunks) => Buffer.concat(chunks).toString('utf8');
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve(text(out)) : reject(new Error(text(all)))));
  });
}
