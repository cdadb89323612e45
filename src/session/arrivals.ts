import type { Clock } from '../base/index.js';

/** Milliseconds between a newcomer and a new epoch of ours that make the one the reason of the other. */
const TOGETHER = 1000;

/**
 * A newcomer opens nothing from before our new epoch, the key frame that the SFU asked for on its behalf included. So our
 * pictures begin anew, once for each such pair; else it would wait for the next request that the SFU passes on.
 */
export class Arrivals {
  readonly #clock: Clock;
  readonly #begin: () => void;
  #newcomerAt = -Infinity;
  #epochAt = Infinity;

  /** @param begin makes our pictures begin anew. */
  constructor(clock: Clock, begin: () => void) {
    this.#clock = clock;
    this.#begin = begin;
  }

  newcomer(): void {
    this.#newcomerAt = this.#clock.now();
    this.#look();
  }

  /** We send under a new epoch from now on. */
  epoch(): void {
    this.#epochAt = this.#clock.now();
    this.#look();
  }

  #look(): void {
    if (Math.abs(this.#newcomerAt - this.#epochAt) > TOGETHER) return;
    this.#newcomerAt = -Infinity;
    this.#epochAt = Infinity;
    this.#begin();
  }
}
