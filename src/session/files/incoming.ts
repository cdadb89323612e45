import { concat, toHex, type Clock } from '../../base/index.js';
import { parts, type FileTalk } from './file-talk.js';
import { PART } from './limits.js';

type Offer = FileTalk & { readonly type: 'file-offer' };

export interface IncomingHost {
  readonly clock: Clock;
  send(talk: FileTalk): Promise<void>;
  progress(received: number): void;
  /** Whole, and what its sender signed for; or not to be had. */
  done(bytes: Uint8Array<ArrayBuffer> | undefined): void;
}

/** Milliseconds without a part after which the next one is asked for again, and how often in vain. */
const PATIENCE = 4000;
const TRIES = 8;
/** Milliseconds without a part, whatever the network does. */
const GIVE_UP = 180_000;

/** A file on its way to us: parts in order, asked for again when they stop coming, checked against the signed hash. */
export class Incoming {
  readonly #offer: Offer;
  readonly #host: IncomingHost;
  readonly #parts: Uint8Array[] = [];
  #tries = 0;
  #lastPart: number;
  #stopWaiting: (() => void) | undefined;
  #over = false;

  constructor(offer: Offer, host: IncomingHost) {
    this.#offer = offer;
    this.#host = host;
    this.#lastPart = host.clock.now();
  }

  start(): void {
    void this.#ask();
    if (this.#offer.size === 0) void this.#finish();
  }

  part(index: number, data: Uint8Array): void {
    const { size } = this.#offer;
    const expected = Math.min(PART, size - index * PART);
    // Twice, or after one that was lost: the next one is asked for soon.
    if (this.#over || index !== this.#parts.length || data.length !== expected) return;
    this.#parts.push(data);
    this.#tries = 0;
    this.#lastPart = this.#host.clock.now();
    this.#host.progress(Math.min(size, this.#parts.length * PART));
    if (this.#parts.length === parts(size)) void this.#finish();
    else this.#wait();
  }

  stop(): void {
    this.#over = true;
    this.#stopWaiting?.();
    this.#parts.length = 0;
  }

  async #ask(): Promise<void> {
    try {
      await this.#host.send({ type: 'file-ask', id: this.#offer.id, next: this.#parts.length });
      this.#tries++;
    } catch {
      // No connection now: that try does not count.
    }
    if (!this.#over) this.#wait();
  }

  #wait(): void {
    this.#stopWaiting?.();
    this.#stopWaiting = this.#host.clock.after(PATIENCE, () => {
      if (this.#tries < TRIES && this.#host.clock.now() - this.#lastPart < GIVE_UP) void this.#ask();
      else this.#end(undefined);
    });
  }

  async #finish(): Promise<void> {
    this.#stopWaiting?.();
    const bytes = concat(...this.#parts);
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
    if (!this.#over) this.#end(toHex(hash) === this.#offer.hash ? bytes : undefined);
  }

  #end(bytes: Uint8Array<ArrayBuffer> | undefined): void {
    this.stop();
    this.#host.done(bytes);
  }
}
