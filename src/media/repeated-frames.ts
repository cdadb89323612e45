/**
 * Tells recordings from what a lossy network does: a packet that is asked for again may come after all, and then its
 * frame comes twice, soon and among fresh ones. Both are dropped; only the first is worth an alarm.
 */

/** Repeated frames for this long (ms), without a fresh one between them: by then nothing is on its way any more. */
const RECORDING = 2_000;

/** Of one receiving transform. */
export class RepeatedFrames {
  readonly #now: () => number;
  #since: number | undefined;

  /** @param now monotonic milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** A frame opened. */
  fresh(): void {
    this.#since = undefined;
  }

  /** Notes a frame that is authentic and was here before; true when nothing but such frames comes. */
  add(): boolean {
    const now = this.#now();
    this.#since ??= now;
    return now - this.#since >= RECORDING;
  }
}
