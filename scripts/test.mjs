/**
 * `npm test`: everything a change needs, on a machine with nothing but Node, Go and root. Runs before anything is
 * installed, so nothing here is imported from a package. Ends with one line: what all runners together counted.
 * Usage: node scripts/test.mjs [stage …] to run only these: types, node, browsers, build, package, e2e
 */
import { checkNode, ensurePackages } from './lib/packages.mjs';
import { findLiveKit } from './lib/livekit.mjs';
import { explain, steps } from './lib/steps.mjs';
import { ensurePrograms } from './lib/system.mjs';
import { tests } from './lib/stages.mjs';
import { testRun } from './lib/test-stages.mjs';

const wanted = process.argv.slice(2);
const run = testRun();
const stages = tests(run);

try {
  const unknown = wanted.filter((name) => !(name in stages));
  if (unknown.length > 0)
    throw new Error(`No such stage: ${unknown.join(', ')}. There are: ${Object.keys(stages).join(', ')}`);
  checkNode();
  const { step } = steps(3);
  await step('npm packages', ensurePackages);
  await step('Browsers and services', ensurePrograms);
  await step('LiveKit', (log) => findLiveKit({ log }));
  for (const [name, stage] of Object.entries(stages)) if (wanted.length === 0 || wanted.includes(name)) await stage();
  process.exitCode = run.summary() ? 0 : 1;
} catch (error) {
  explain(error);
  process.exitCode = 1;
}
