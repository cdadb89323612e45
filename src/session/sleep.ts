import type { Clock } from '../base/index.js';

/** Milliseconds by which the two clocks may part before we say the machine slept. */
const APART = 10_000;
const EVERY = 2000;

/** Calls `woke` when the wall clock and the monotonic clock parted: one of them stood still. The result ends it. */
export function watchSleep(clock: Clock, woke: () => void): () => void {
  let wall = clock.wall();
  let now = clock.now();
  let cancel = (): void => undefined;
  const look = (): void => {
    const apart = Math.abs(clock.wall() - wall - (clock.now() - now));
    wall = clock.wall();
    now = clock.now();
    if (apart > APART) woke();
    cancel = clock.after(EVERY, look);
  };
  cancel = clock.after(EVERY, look);
  return () => cancel();
}
