/** Time, injected, so that every test is deterministic. Both times are milliseconds. */
export interface Clock {
  /** Monotonic: never goes back; may stand still while the machine sleeps. */
  now(): number;
  /** Wall clock since the Unix epoch: may jump. Only for showing, expiry dates, and noticing a sleep. */
  wall(): number;
  /** Calls `run` once after `ms` (never within this call); the result cancels, and may be called again. */
  after(ms: number, run: () => void): () => void;
}

/** The real clock. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};
