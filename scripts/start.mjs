/**
 * `npm start`: from a clone to a call. Runs before anything is installed, so nothing here is imported from a package.
 * Ctrl-C ends what it started and only that; a second one beside it takes other ports.
 */
import path from 'node:path';
import { SIGNALS } from './lib/at-exit.mjs';
import { buildWhenStale } from './lib/ensure-built.mjs';
import { startLiveKit } from './lib/livekit.mjs';
import { checkNode, ensurePackages } from './lib/packages.mjs';
import { root } from './lib/paths.mjs';
import { explain, steps } from './lib/steps.mjs';
import { openDemo } from './lib/demo.mjs';

const started = [];
let ending;

/** Ends what was started, last first; once. */
function end(code) {
  ending ??= (async () => {
    for (const part of started.splice(0).reverse()) await part().catch(explain);
    process.exit(code);
  })();
  return ending;
}
for (const [signal, code] of SIGNALS)
  process.on(signal, () => {
    if (!ending) console.log('\nStopping …');
    void end(code);
  });

try {
  checkNode();
  const { step } = steps(4);
  await step('npm packages', ensurePackages);
  await step('The bundles', buildWhenStale);
  const demo = await openDemo();
  started.push(() => demo.close());
  const livekit = await step('LiveKit, on this machine only', (log) => startLiveKit({ log, webhook: demo.webhook }));
  started.push(() => livekit.stop());
  await step('The demo site and its backend', () => demo.start(livekit));
  console.log(`
  Open     ${demo.origin}/
  Start a meeting there, copy the invitation, and open it in a second browser or profile.
  Examples ${demo.origin}/examples/
  Check    ${demo.origin}/selfcheck: what a browser can do
  Sources  ${path.join(root, 'examples')}

  Ctrl-C stops it.
`);
} catch (error) {
  if (!ending) explain(error);
  await end(1);
}
