import type { Clock } from '../base/index.js';

/** Milliseconds between two changes of one kind by one person. */
const EVERY = 250;

/**
 * Lets the last of many changes through, a few times a second: somebody who raises and lowers a hand a thousand times
 * must not make everybody's screen draw it. What a key waits for is replaced, so nothing piles up.
 */
export class Pace {
  readonly #clock: Clock;
  readonly #waiting = new Map<string, (() => void) | undefined>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** At once when it is the first in a while; else the latest one when its time has come. */
  run(key: string, change: () => void): void {
    if (this.#waiting.has(key)) {
      this.#waiting.set(key, change);
      return;
    }
    change();
    this.#rest(key);
  }

  /** What waits is forgotten: it is about a meeting that is over. */
  clear(): void {
    for (const key of this.#waiting.keys()) this.#waiting.set(key, undefined);
  }

  #rest(key: string): void {
    this.#waiting.set(key, undefined);
    this.#clock.after(EVERY, () => {
      const change = this.#waiting.get(key);
      this.#waiting.delete(key);
      if (!change) return;
      change();
      this.#rest(key);
    });
  }
}
