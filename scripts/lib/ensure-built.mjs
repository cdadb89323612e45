import { isFresh } from './fresh.mjs';
import { withLock } from './lock.mjs';
import { run } from './run.mjs';
import { StepError } from './steps.mjs';

/** Builds `dist` unless it was built from the sources as they are now. @throws {StepError} */
export async function buildWhenStale(log = () => {}) {
  await withLock(
    'build',
    async () => {
      if (await isFresh()) return log('dist is up to date');
      log('building dist: half a minute …');
      await run(process.execPath, ['scripts/build.mjs']).catch((error) => {
        throw new StepError(
          `The build failed (${error.message}); the reason is above.`,
          'On a fresh clone this is our mistake: please report it. After a change of yours, mend what it names and run this again.',
        );
      });
    },
    log,
  );
}
