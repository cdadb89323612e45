/** A checkout in miniature, for the commands that must work before anything is installed. */
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startCommand, type Command } from './command.js';

/** The real one: tests run from its root. */
const root = process.cwd();

export interface Checkout {
  readonly folder: string;
  write(file: string, text: string): Promise<void>;
  read(file: string): Promise<string>;
  /**
   * Puts a program on the PATH: a shell script. What it was called with is in {@link calls}; `$HERE` is the checkout.
   */
  program(name: string, script: string): Promise<void>;
  /** The command lines of the programs of {@link program}, in order. */
  calls(): Promise<readonly string[]>;
  /** What a shell there would have: our programs before the system's, an empty home, no LiveKit named. */
  env(more?: NodeJS.ProcessEnv): NodeJS.ProcessEnv;
  /** Runs `node` with these arguments there until it ends. */
  node(
    args: readonly string[],
    more?: NodeJS.ProcessEnv,
  ): Promise<{ readonly code: number | string; readonly text: string }>;
  remove(): Promise<void>;
}

/** With our scripts, one locked package, and a build that works; nothing is installed. */
export async function makeCheckout(): Promise<Checkout> {
  const folder = await mkdtemp(path.join(tmpdir(), 'secure-meeting-checkout-'));
  const bin = path.join(folder, 'bin');
  const running: Command[] = [];
  const checkout: Checkout = {
    folder,
    async write(file, text) {
      await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
      await writeFile(path.join(folder, file), text);
    },
    read: (file) => readFile(path.join(folder, file), 'utf8'),
    async program(name, script) {
      await checkout.write(
        `bin/${name}`,
        `#!/bin/sh\nHERE='${folder}'\necho "${name} $*" >>"$HERE/calls"\n${script}\n`,
      );
      await chmod(path.join(bin, name), 0o755);
    },
    calls: async () => (await checkout.read('calls').catch(() => '')).split('\n').filter(Boolean),
    // Neither Go nor LiveKit nor npm of this machine: the tests say what is there.
    env: (more) => ({ PATH: `${bin}:/usr/bin:/bin`, HOME: path.join(folder, 'home'), NO_COLOR: '1', ...more }),
    async node(args, more) {
      const command = startCommand(process.execPath, args, { cwd: folder, env: checkout.env(more) });
      running.push(command);
      return { code: await command.ended, text: command.output() };
    },
    async remove() {
      await Promise.all(running.map((command) => command.close()));
      await rm(folder, { recursive: true, force: true });
    },
  };
  await cp(path.join(root, 'scripts'), path.join(folder, 'scripts'), { recursive: true });
  // What the demo's own server reads: which pages frameworks build, and a site that hands out keys.
  for (const file of ['examples/examples.json', 'examples/site-keys.js'])
    await cp(path.join(root, file), path.join(folder, file));
  const packages = {
    '': {},
    'node_modules/one': { version: '1.0.0' },
    'node_modules/maybe': { version: '1.0.0', optional: true },
  };
  // Whatever a test forgets, nothing is installed on the machine it runs on.
  for (const name of ['apt-get', 'sudo']) await checkout.program(name, 'exit 100');
  await checkout.write('package-lock.json', JSON.stringify({ packages }));
  await checkout.write('scripts/build.mjs', "console.log('built')");
  for (const file of ['package.json', 'rollup.config.mjs', 'tsconfig.base.json', 'tsconfig.json', 'src/index.ts'])
    await checkout.write(file, '{}');
  return checkout;
}

/** What npm writes down when it has installed the locked packages in these versions. */
export const installed = (one: string): string =>
  JSON.stringify({ packages: { 'node_modules/one': { version: one } } });
