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

  constructor(p: Primitives, first: Bytes) {
    this.#p = p;
    this.#key = first;
    this.ackKey = p.derive(first, NONE, 'leader ack key', NONE);
  }

  /** P₀ from an X-Wing shared secret; both bindings and the exchange itself are in it. Overwrites `shared`. */
  static begin(p: Primitives, shared: Bytes, linkSecret: Uint8Array | undefined, exchange: Exchange): Pairwise {
    const secret = linkSecret ? concat(shared, linkSecret) : shared;
    const first = p.derive(secret, NONE, 'leader pairwise', encode(exchangeKind, exchange));
    wipe(shared, secret);
    return new Pairwise(p, first);
  }

  /** The leader's side: seals `mk` with the next key. */
  seal(additional: Bytes, mk: Uint8Array): { readonly step: number; readonly sealed: Bytes } {
    const step = this.#step++;
    const { key, next } = this.#advance(this.#key);
    this.#key = next;
    const sealed = this.#p.seal(key, additional, mk);
    wipe(key);
    return { step, sealed };
  }

  /** The member's side: undefined when it does not open; the chain then stays where it was. */
  open(additional: Bytes, step: number, sealed: Bytes): Bytes | undefined {
    if (step < this.#step || step - this.#step > BOUNDS.skip) return undefined;
    let chain: Bytes = new Uint8Array(this.#key);
    for (let at = this.#step; at < step; at++) {
      const { key, next } = this.#advance(chain);
      wipe(key);
      chain = next;
    }
    const { key, next } = this.#advance(chain);
    const mk = this.#p.open(key, additional, sealed);
    wipe(key);
    if (mk?.length !== 32) {
      wipe(next);
      return undefined;
    }
    wipe(this.#key);
    this.#key = next;
    this.#step = step + 1;
    return mk;
  }

  /** Erases it. */
  drop(): void {
    wipe(this.#key, this.ackKey);
  }

  /** The key of this step and the chain's next, in one expansion; overwrites `chain`. */
  #advance(chain: Bytes): { readonly key: Bytes; readonly next: Bytes } {
    const both = this.#p.expand(chain, 'leader step', 64);
    wipe(chain);
    return { key: both.subarray(0, 32), next: both.subarray(32) };
  }
}
