/**
 * How fast 50 senders change to a new key, and how fast a crashed leader is replaced, in simulated time at 50 ms round
 * trip. Writes bench/results/switching.{json,md}. Usage: node bench/switching.mjs [rounds]
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const { status } = spawnSync(process.execPath, ['scripts/node-tests.mjs', 'bench/switching.test.ts'], {
  cwd: fileURLToPath(new URL('..', import.meta.url)),
  stdio: 'inherit',
  env: { ...process.env, ROUNDS: process.argv[2] ?? '30' },
});
process.exit(status ?? 1);
