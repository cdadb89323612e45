import { concat, wipe, type Bytes } from '../../base/index.js';
import { bytes, encode, record } from '../../crypto/cbor.js';
import { KEM_CIPHERTEXT_LENGTH, KEM_KEY_LENGTH, type MaybePromise, type Primitives } from './primitives.js';
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
  async seal(additional: Bytes, mk: Uint8Array): Promise<{ readonly step: number; readonly sealed: Bytes }> {
    const step = this.#step;
    const key = this.#advance();
    const sealed = await this.#p.seal(key, additional, mk);
    wipe(key);
    return { step, sealed };
  }

  /** The member's side: undefined when it does not open; the chain then stays where it was. */
  async open(additional: Bytes, step: number, sealed: Bytes): Promise<Bytes | undefined> {
    if (step < this.#step || step - this.#step > BOUNDS.skip) return undefined;
    let chain: Bytes = new Uint8Array(this.#key);
    for (let at = this.#step; at < step; at++) chain = this.#next(chain);
    const key = this.#sealKey(chain);
    const opened: MaybePromise<Bytes | undefined> = this.#p.open(key, additional, sealed);
    const mk = await opened;
    wipe(key);
    if (mk?.length !== 32) {
      wipe(chain);
      return undefined;
    }
    wipe(this.#key);
    this.#key = this.#next(chain);
    this.#step = step + 1;
    return mk;
  }

  /** Erases it. */
  drop(): void {
    wipe(this.#key, this.ackKey);
  }

  #advance(): Bytes {
    const key = this.#sealKey(this.#key);
    this.#key = this.#next(this.#key);
    this.#step++;
    return key;
  }

  #sealKey(chain: Bytes): Bytes {
    return this.#p.derive(chain, NONE, 'leader seal', NONE);
  }

  /** The next chain key; overwrites this one. */
  #next(chain: Bytes): Bytes {
    const next = this.#p.derive(chain, NONE, 'leader next', NONE);
    wipe(chain);
    return next;
  }
}
