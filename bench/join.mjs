/**
 * Time from `join()` to the first painted frame of somebody else, with end-to-end encryption and without, in
 * alternating pairs on one machine and one server. Writes bench/results/join.{json,md}.
 * Usage: node bench/join.mjs [pairs]
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const { status } = spawnSync(process.execPath, ['scripts/node-tests.mjs', 'bench/join.test.ts'], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, PAIRS: process.argv[2] ?? '10' },
});
process.exit(status ?? 1);
