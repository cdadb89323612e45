import { SecureMeetingError, type Clock } from '../base/index.js';
import { refusalReason } from './reasons.js';
import type { LeftReason } from './types.js';

/** Milliseconds between tries to join again: at once, then slower, for as long as {@link GIVE_UP}. */
const BACKOFF = [300, 700, 1500, 3000, 5000, 8000];
const GIVE_UP = 10 * 60_000;
/** Milliseconds one step of such a try may take. */
const TRY = 30_000;

/** What an engine promised and never settles is one try that failed, not the end. @throws SecureMeetingError */
type InTime = (work: Promise<void> | undefined) => Promise<void>;

/**
 * Tries to join until it works or the meeting is over; then answers with nothing, else with why it never will. A try that
 * throws has let go of what it opened.
 */
export async function joinAgain(
  clock: Clock,
  over: () => boolean,
  attempt: (inTime: InTime) => Promise<void>,
): Promise<{ readonly reason: LeftReason; readonly error: SecureMeetingError } | undefined> {
  const begun = clock.now();
  for (let tries = 0; !over(); tries++) {
    const pause = BACKOFF[Math.min(tries, BACKOFF.length - 1)] as number;
    await new Promise<void>((resolve) => clock.after(pause * (0.7 + 0.6 * Math.random()), resolve));
    if (over()) return undefined;
    try {
      await attempt((work) => inTime(clock, work));
      return undefined;
    } catch (cause) {
      if (over()) return undefined;
      const error = SecureMeetingError.from(cause, 'network-unreachable');
      const reason = refusalReason(error.code);
      if (reason) return { reason, error };
      if (clock.now() - begun > GIVE_UP) return { reason: 'network', error: new SecureMeetingError('network-lost') };
    }
  }
  return undefined;
}

async function inTime(clock: Clock, work: Promise<void> | undefined): Promise<void> {
  let cancel: (() => void) | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    cancel = clock.after(TRY, () => reject(new SecureMeetingError('network-unreachable')));
  });
  try {
    await Promise.race([work, late]);
  } finally {
    cancel?.();
  }
}
