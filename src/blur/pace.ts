/** Frames a second below which it is too slow, and for how many seconds in a row. */
const FEWEST = 12;
const PATIENCE = 5;
/** Milliseconds that are looked at together. */
const WINDOW = 1_000;
/** A machine that waits for more than this part of the time is not the one that is slow: the camera is, or the page is hidden. */
const IDLE = 0.1;

/** Judges whether this machine keeps up. */
export class Pace {
  #busy = 0;
  #waited = 0;
  #frames = 0;
  #slow = 0;

  /**
   * One more frame was painted. A frame counts as a second at most: a machine that slept did not paint slowly.
   * @param waited milliseconds for it to come
   * @param busy milliseconds to paint it
   * @returns whether it was too slow for too long
   */
  painted(waited: number, busy: number): boolean {
    this.#waited += waited;
    this.#busy += Math.min(busy, WINDOW);
    this.#frames++;
    const time = this.#waited + this.#busy;
    if (time < WINDOW) return false;
    const slow = this.#waited < time * IDLE && (this.#frames * 1_000) / time < FEWEST;
    this.#slow = slow ? this.#slow + time : 0;
    this.#busy = this.#waited = this.#frames = 0;
    return this.#slow >= PATIENCE * 1_000;
  }
}
