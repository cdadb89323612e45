import { describeError } from './observe/log.js';
import type { Moderation } from './moderation/moderation.js';
import { applyRetention, moveToNewSecret } from './operator/retention.js';
import type { Services } from './services.js';
import type { DatabaseClock } from './storage/clock.js';

interface Job {
  readonly name: string;
  /** Milliseconds between two rounds. */
  readonly every: number;
  /** Milliseconds from the start to its first round, when that is sooner. */
  readonly first?: number;
  readonly run: () => Promise<unknown>;
}

/** Work that runs by itself, in each copy; all of it may run in several at once. */
export function startJobs(services: Services, clock: DatabaseClock, moderation: Moderation): { stop(): Promise<void> } {
  const { database, secrets, options } = services;
  const retention = {
    meetings: options.retention?.meetings ?? 30,
    verifications: options.verification?.retentionDays ?? 730,
    reports: options.retention?.reports ?? 180,
  };
  const jobs: readonly Job[] = [
    { name: 'clock', every: 60_000, run: () => clock.measure(database) },
    { name: 'moderation', every: 5_000, run: () => moderation.keepUp() },
    // Soon after the start too: copies may be replaced more often than once an hour. Not before they answer.
    {
      name: 'retention',
      first: 5_000,
      every: 3_600_000,
      run: () => applyRetention(database, retention, services.now()),
    },
    ...(secrets.rotating
      ? [{ name: 'rotation', every: 1_000, run: () => moveToNewSecret(database, secrets) } satisfies Job]
      : []),
  ];
  const running = new Map<string, Promise<unknown>>();
  const round = ({ name, run }: Job): void => {
    // A round that takes longer than its pause is not joined by another.
    if (running.has(name)) return;
    const done = run()
      .catch((error: unknown) =>
        services.log({ level: 'warn', event: `job-${name}-failed`, error: describeError(error) }),
      )
      .finally(() => running.delete(name));
    running.set(name, done);
  };
  const timers = jobs.flatMap((job) => [
    background(setInterval(round, job.every, job)),
    ...(job.first === undefined ? [] : [background(setTimeout(round, job.first, job))]),
  ]);
  return {
    async stop() {
      // One call clears both kinds.
      timers.forEach((timer) => clearInterval(timer));
      await Promise.all(running.values());
    },
  };
}

/** The listener keeps a process running, not this; edge platforms' timers are numbers. */
function background(timer: unknown): NodeJS.Timeout {
  if (typeof timer === 'object') (timer as NodeJS.Timeout).unref();
  return timer as NodeJS.Timeout;
}
