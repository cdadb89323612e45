/**
 * How long somebody who left or was removed can still read, through a real LiveKit server, and what a change of keys
 * costs those who stay. Writes bench/results/cut-off.{json,md}. Usage: node bench/cut-off.mjs [rounds]
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const { status } = spawnSync(process.execPath, ['scripts/node-tests.mjs', 'bench/cut-off.test.ts'], {
  cwd: fileURLToPath(new URL('..', import.meta.url)),
  stdio: 'inherit',
  env: { ...process.env, ROUNDS: process.argv[2] ?? '30' },
});
process.exit(status ?? 1);
