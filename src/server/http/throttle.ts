/** More addresses than this are not remembered: the oldest windows go first. */
const MOST = 100_000;

/**
 * Requests per address and minute, in memory: a first wall against floods, separate in each copy. What must hold
 * across copies and restarts is counted in the database.
 */
export class Throttle {
  readonly #perMinute: number;
  readonly #windows = new Map<string, { used: number; until: number }>();

  constructor(perMinute: number) {
    this.#perMinute = perMinute;
  }

  /** Counts one request; undefined when it may go on, else seconds to wait. `now`: milliseconds. */
  use(address: string, now: number): number | undefined {
    const window = this.#windows.get(address);
    if (!window || window.until <= now) {
      this.#windows.delete(address);
      if (this.#windows.size >= MOST) this.#windows.delete(this.#windows.keys().next().value as string);
      this.#windows.set(address, { used: 1, until: now + 60_000 });
      return undefined;
    }
    window.used++;
    return window.used > this.#perMinute ? (window.until - now) / 1000 : undefined;
  }
}
