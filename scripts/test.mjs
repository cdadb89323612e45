/**
 * `npm test`: everything a change needs, on a machine with nothing but Node, Go and root. Runs before anything is
 * installed, so nothing here is imported from a package. Ends with one line: what all runners together counted.
 * Usage: node scripts/test.mjs [stage …] to run only these: types, node, browsers, build, package, e2e
 */
import { checkNode, ensurePackages } from './lib/packages.mjs';
import { findLiveKit } from './lib/livekit.mjs';
import { explain, steps } from './lib/steps.mjs';
import { ensurePrograms } from './lib/system.mjs';
import { testRun } from './lib/test-stages.mjs';

const TSC = 'node_modules/typescript/bin/tsc';
const WTR = 'node_modules/@web/test-runner/dist/bin.js';
const wanted = process.argv.slice(2);
const run = testRun();
const nodeTests = (...args) => ['scripts/node-tests.mjs', ...args];
/** Real browsers and a real server: one file after the other, so that a slow machine does not look like a broken one. */
const oneByOne = '--test-concurrency=1';

const stages = {
  types: () => run.check('Types', [TSC, '-b']),
  node: () => run.tests('Units, vectors and simulation in Node', nodeTests()),
  browsers: async () => {
    await run.tests('Units, vectors and elements in Chromium', [WTR], { BROWSERS: 'chromium' });
    await run.tests('Units, vectors and elements in Firefox', [WTR], { BROWSERS: 'firefox' });
  },
  build: () => run.check('Build', ['scripts/build.mjs']),
  package: () => run.tests('The packed package', nodeTests(oneByOne, 'test/package')),
  e2e: async () => {
    await run.tests('Calls through a real LiveKit', nodeTests(oneByOne, 'test/e2e'));
    await run.tests('Attacks through a real LiveKit', nodeTests(oneByOne, 'test/hostile'));
  },
};

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
