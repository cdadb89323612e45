/** How much each participant may make us do: a token bucket per identity, in bounded space. */
import type { Clock } from '../../base/index.js';

const SOURCES_MAX = 2000;

export class Buckets {
  readonly #clock: Clock;
  readonly #burst: number;
  readonly #perSecond: number;
  readonly #left = new Map<string, { tokens: number; at: number }>();

  constructor(clock: Clock, burst: number, perSecond: number) {
    this.#clock = clock;
    this.#burst = burst;
    this.#perSecond = perSecond;
  }

  /** Whether `source` may do one more thing now; takes a token if so. */
  take(source: string): boolean {
    const now = this.#clock.now();
    let bucket = this.#left.get(source);
    if (!bucket) {
      if (this.#left.size >= SOURCES_MAX) this.#forget(now);
      if (this.#left.size >= SOURCES_MAX) return false;
      this.#left.set(source, (bucket = { tokens: this.#burst, at: now }));
    }
    bucket.tokens = Math.min(this.#burst, bucket.tokens + ((now - bucket.at) / 1000) * this.#perSecond);
    bucket.at = now;
    if (bucket.tokens < 1) return false;
    bucket.tokens--;
    return true;
  }

  /** Drops buckets that would be full again. */
  #forget(now: number): void {
    for (const [source, { tokens, at }] of this.#left)
      if (tokens + ((now - at) / 1000) * this.#perSecond >= this.#burst) this.#left.delete(source);
  }
}
