import { concat, wipe, type Bytes } from '../../base/index.js';
import { bytes, encode, record } from '../../crypto/cbor.js';
import { KEM_CIPHERTEXT_LENGTH, KEM_KEY_LENGTH, type Primitives } from './primitives.js';
import { BOUNDS } from './timing.js';

const NONE = new Uint8Array(0);

interface Exchange {
  readonly leader: Bytes;
  readonly member: Bytes;
  readonly ciphertext: Bytes;
  readonly kemKey: Bytes;
}
const exchangeKind = /* @__PURE__ */ record<Exchange>({
  leader: [1, bytes(32)],
  member: [2, bytes(32)],
  ciphertext: [3, bytes(KEM_CIPHERTEXT_LENGTH)],
  kemKey: [4, bytes(KEM_KEY_LENGTH)],
});

/**
 * The chain of single-use keys that leader and member share since the member's Announce. Each use erases the key before
 * it, so state taken later opens no copy recorded earlier.
 */
export class Pairwise {
  readonly #p: Primitives;
  #key: Bytes;
  #step = 0;
  /** MAC key of this member's Acks. */
  readonly ackKey: Bytes;

  constructor(p: Primitives, first: Bytes, ackKey: Bytes) {
    this.#p = p;
    this.#key = first;
    this.ackKey = ackKey;
  }

  /** From an X-Wing shared secret; both bindings and the exchange itself are in its keys. Overwrites `shared`. */
  static begin(p: Primitives, shared: Bytes, linkSecret: Uint8Array | undefined, exchange: Exchange): Pairwise {
    const secret = linkSecret ? concat(shared, linkSecret) : shared;
    const root = p.derive(secret, NONE, 'leader pairwise', encode(exchangeKind, exchange));
    const [first, ackKey] = (['leader step', 'leader ack key'] as const).map((purpose) =>
      p.derive(root, NONE, purpose, NONE),
    ) as [Bytes, Bytes];
    wipe(shared, secret, root);
    return new Pairwise(p, first, ackKey);
  }

  /** The leader's side: seals `mk` with the next key. */
  seal(additional: Bytes, mk: Uint8Array): { readonly step: number; readonly sealed: Bytes } {
    const { sealed, next } = this.#p.seal(this.#key, additional, mk);
    this.#follow(next);
    return { step: this.#step++, sealed };
  }

  /** The member's side: undefined when it does not open; the chain then stays where it was. */
  open(additional: Bytes, step: number, sealed: Bytes): Bytes | undefined {
    if (step < this.#step || step - this.#step > BOUNDS.skip) return undefined;
    let key: Bytes = new Uint8Array(this.#key);
    for (let at = this.#step; at < step; at++) {
      const next = this.#p.next(key);
      wipe(key);
      key = next;
    }
    const opened = this.#p.open(key, additional, sealed);
    wipe(key);
    if (!opened) return undefined;
    this.#follow(opened.next);
    this.#step = step + 1;
    return opened.plaintext;
  }

  /** Erases it. */
  drop(): void {
    wipe(this.#key, this.ackKey);
  }

  #follow(next: Bytes): void {
    wipe(this.#key);
    this.#key = next;
  }
}
