/**
 * Pictures that came a moment before what opens them: their key, or the word whose they are. A key frame that is dropped
 * for that costs the newcomer a round trip and an encoder's turn until the next one, most of the time a join takes. So
 * the latest key frame and what follows it wait here, sealed as they came, and go the usual way again when something
 * changed: they are opened under the same rules as all others, or dropped.
 */

/** What is needed of RTCEncodedVideoFrame; sound has no `type`, and is not held: late sound is noise. */
interface Picture {
  readonly data: ArrayBuffer;
  readonly type?: unknown;
}

/** Milliseconds after the first of them, frames, and bytes: beyond any of these all are let go. */
const HELD_FOR = 1_000;
const HELD_FRAMES = 64;
const HELD_BYTES = 1_000_000;

/** Of one receiving transform. */
export class HeldFrames<Frame extends Picture> {
  readonly #now: () => number;
  /** When a frame came: one that waited in vain does not wait another second. */
  readonly #came = new WeakMap<Frame, number>();
  #frames: Frame[] = [];
  #bytes = 0;

  /** @param now monotonic milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Keeps `frame` if a decoder could begin with it or with one that is kept already. */
  add(frame: Frame): void {
    if (frame.type === 'key') this.clear();
    else if (frame.type !== 'delta' || this.#frames.length === 0) return;
    if (!this.#came.has(frame)) this.#came.set(frame, this.#now());
    this.#frames.push(frame);
    this.#bytes += frame.data.byteLength;
    if (this.#frames.length > HELD_FRAMES || this.#bytes > HELD_BYTES || this.#late) this.clear();
  }

  /** All of them, in the order they came; none when they waited too long. */
  take(): Frame[] {
    const frames = this.#late ? [] : this.#frames;
    this.clear();
    return frames;
  }

  get empty(): boolean {
    return this.#frames.length === 0 || this.#late;
  }

  /** Called after every frame that opened, so it costs nothing when there is nothing. */
  clear(): void {
    if (this.#frames.length === 0) return;
    this.#frames = [];
    this.#bytes = 0;
  }

  get #late(): boolean {
    const [first] = this.#frames;
    return first !== undefined && this.#now() - (this.#came.get(first) as number) > HELD_FOR;
  }
}
