/** Which sequence numbers of one sender were taken. Belongs to the sender's binding and outlives connections. */

/** Numbers below the highest that may still arrive. */
const WINDOW = 1024;

export class ReplayWindow {
  #highest: number | undefined;
  /** Nothing below the first number we ever took: it was sent before we were there. */
  #floor = 0;
  readonly #taken = new Set<number>();

  fresh(sequence: number): boolean {
    if (this.#highest === undefined) return true;
    return sequence >= this.#floor && sequence > this.#highest - WINDOW && !this.#taken.has(sequence);
  }

  /** Takes a fresh number. Returns how many between it and the highest before it have not arrived. */
  take(sequence: number): number {
    const highest = this.#highest;
    this.#taken.add(sequence);
    if (highest === undefined) this.#floor = sequence;
    if (highest !== undefined && sequence < highest) return 0;
    this.#highest = sequence;
    if (this.#taken.size > 2 * WINDOW)
      for (const old of this.#taken) if (old <= sequence - WINDOW) this.#taken.delete(old);
    return highest === undefined ? 0 : sequence - highest - 1;
  }
}
