/**
 * `npm run verify`: everything there is, slow tests included. Usage: node scripts/verify.mjs [--gates]
 * `--gates`: without the tests, for when those ran already.
 */
import { checkNode, ensurePackages } from './lib/packages.mjs';
import { findLiveKit } from './lib/livekit.mjs';
import { explain, steps } from './lib/steps.mjs';
import { ensurePrograms } from './lib/system.mjs';
import { gates, tests } from './lib/stages.mjs';
import { testRun } from './lib/test-stages.mjs';

try {
  checkNode();
  const { step } = steps(3);
  await step('npm packages', ensurePackages);
  await step('Browsers and services', ensurePrograms);
  await step('LiveKit', (log) => findLiveKit({ log }));
  const run = testRun();
  await gates(run).sources();
  if (process.argv.includes('--gates')) await gates(run).build();
  else
    for (const stage of Object.values(tests(run, { VERIFY: '1', TRACES: process.env.TRACES ?? '20000' })))
      await stage();
  await gates(run).built();
  process.exitCode = run.summary() ? 0 : 1;
} catch (error) {
  explain(error);
  process.exitCode = 1;
}
