/**
 * Tells plaintext from frames whose key is still under way. Sealed frames name one KID again and again and counters
 * near each other; bytes that only happen to parse as a header don't. Knows nothing but the last frame.
 */
import { equal } from '../base/index.js';
import { TAG_LENGTH } from '../crypto/sframe-aead.js';
import { WINDOW } from '../crypto/sframe-window.js';
import { STREAMS } from './media-client.js';

/** So many epochs further on still is a key change: several at once, when few frames come. */
const EPOCHS = 8;
/** Frames in a row that don't fit the one before them: by then it is no key change and no layer switch. */
const STRAYS = 3;

/** A sender that changed its key begins to count anew. */
const isNewer = (kid: number, before: number): boolean => kid > before && kid <= before + EPOCHS * STREAMS.length;

export class StrayFrames {
  #kid: number | undefined;
  #ctr = 0;
  #tag: Uint8Array | undefined;
  #strays = 0;

  /** Notes a frame for whose KID there is no key; true when it and those before it are no sealed frames. */
  add(kid: number, ctr: number, frame: Uint8Array): boolean {
    const tag = frame.slice(-TAG_LENGTH);
    // The very same frame: looked at again, or sent again because a packet was asked for again.
    if (kid === this.#kid && ctr === this.#ctr && equal(tag, this.#tag as Uint8Array)) return this.#strays >= STRAYS;
    const fits =
      this.#kid === undefined ||
      (kid === this.#kid
        ? ctr !== this.#ctr && Math.abs(ctr - this.#ctr) <= WINDOW
        : (kid - this.#kid) % STREAMS.length === 0 && isNewer(kid, this.#kid) && ctr <= WINDOW);
    this.#kid = kid;
    this.#ctr = ctr;
    this.#tag = tag;
    this.#strays = fits ? 0 : this.#strays + 1;
    return this.#strays >= STRAYS;
  }
}
