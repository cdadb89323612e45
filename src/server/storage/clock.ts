import type { Database } from './database.js';

/**
 * The database's wall clock, so that all copies of the backend agree when a code or certificate is over, even with a
 * wrong clock of their own. Measured at start and then every minute; in between this machine's monotonic clock counts.
 */
export class DatabaseClock {
  #offset: number | undefined;

  /** Milliseconds since 1970. @throws Error before the first measurement. */
  now(): number {
    if (this.#offset === undefined) throw new Error('the clock was not measured yet');
    return performance.now() + this.#offset;
  }

  async measure(database: Database): Promise<void> {
    const before = performance.now();
    const rows = await database.query<{ ms: number }>(
      'select (extract(epoch from clock_timestamp()) * 1000)::double precision as ms',
    );
    const after = performance.now();
    this.#offset = Number(rows[0]?.ms) - (before + after) / 2;
  }
}
