import { spawn } from 'node:child_process';
import { endsWithUs } from './at-exit.mjs';
import { root } from './paths.mjs';

/** Runs a program with our output. Rejects with its name and exit code when it fails. */
export function run(command, args, { cwd = root, env = process.env, stdio = 'inherit' } = {}) {
  return new Promise((resolve, reject) => {
    const child = endsWithUs(spawn(command, args, { cwd, env, stdio }));
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      code === 0 ? resolve() : reject(new Error(`${[command, ...args].join(' ')} ended with ${signal ?? code}`)),
    );
  });
}
