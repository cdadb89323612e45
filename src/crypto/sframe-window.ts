/** Counters seen under one key: each is accepted once, and none that lies {@link WINDOW} or more behind the highest. */

/** Counters the window reaches back. */
export const WINDOW = 1024;

/** Replay window of one key. Counters are integers in 0…2⁵³ − 1. Only authenticated ones may be given to `accept`. */
export class ReplayWindow {
  /** Bit `ctr % WINDOW` is set when `ctr` of the last WINDOW counters was seen. */
  readonly #seen = new Uint32Array(WINDOW / 32);
  #highest = -1;

  /** True when `accept` would refuse. Changes nothing: for a cheap look before the tag is checked. */
  refuses(ctr: number): boolean {
    if (ctr > this.#highest) return false;
    return this.behind(ctr) || this.#bit(ctr);
  }

  /** True when `ctr` lies so far behind the highest that nobody knows any more whether it was seen. */
  behind(ctr: number): boolean {
    return ctr <= this.#highest - WINDOW;
  }

  /** Notes `ctr`; false, and nothing is changed, when it was seen or lies left of the window. */
  accept(ctr: number): boolean {
    if (this.refuses(ctr)) return false;
    if (ctr > this.#highest) {
      if (ctr - this.#highest >= WINDOW) this.#seen.fill(0);
      else for (let passed = this.#highest + 1; passed < ctr; passed++) this.#clear(passed);
      this.#highest = ctr;
    }
    const slot = ctr % WINDOW;
    this.#seen[slot >> 5] = (this.#seen[slot >> 5] as number) | (1 << (slot & 31));
    return true;
  }

  #bit(ctr: number): boolean {
    const slot = ctr % WINDOW;
    return (((this.#seen[slot >> 5] as number) >>> (slot & 31)) & 1) === 1;
  }

  #clear(ctr: number): void {
    const slot = ctr % WINDOW;
    this.#seen[slot >> 5] = (this.#seen[slot >> 5] as number) & ~(1 << (slot & 31));
  }
}
