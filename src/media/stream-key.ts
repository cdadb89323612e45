/** What one sender's base key of one epoch becomes: a key for each stream, with its counter and its replay window. */
import type { Bytes } from '../base/index.js';
import { deriveFrameKey } from '../crypto/sframe-keys.js';
import type { FrameKey } from '../crypto/sframe-keys.js';
import { streamLabel } from '../crypto/sframe-label.js';
import { ReplayWindow } from '../crypto/sframe-window.js';
import { STREAMS } from './media-client.js';
import type { MediaSender } from './media-client.js';

/** Counters and epochs stay below this; KIDs below four times it. */
export const COUNTER_LIMIT = 2 ** 32;

/** The counter of a sealing key: every value once, over all layers, transforms and senders of the stream. */
export class FrameCounter {
  #next: number;

  constructor(next = 0) {
    this.#next = next;
  }

  /** `undefined` once 2³² values were given. */
  take(): number | undefined {
    return this.#next < COUNTER_LIMIT ? this.#next++ : undefined;
  }
}

export interface StreamSecrets {
  readonly frameKey: FrameKey;
  /** 32 bytes. */
  readonly label: Bytes;
}

/** The key of one KID of one sender. It lives until its epoch or sender is retired; so do its counter and window. */
export class StreamKey {
  readonly sender: MediaSender;
  readonly epoch: number;
  readonly kid: number;
  readonly window = new ReplayWindow();
  readonly counter: FrameCounter;
  #base: CryptoKey | undefined;
  #secrets: StreamSecrets | Promise<StreamSecrets> | undefined;

  constructor(sender: MediaSender, epoch: number, stream: number, base: CryptoKey, counter: FrameCounter) {
    this.sender = sender;
    this.epoch = epoch;
    this.kid = epoch * STREAMS.length + stream;
    this.counter = counter;
    this.#base = base;
  }

  get retired(): boolean {
    return this.#base === undefined;
  }

  /** Derived at the first use. `undefined` when retired. */
  get secrets(): StreamSecrets | Promise<StreamSecrets> | undefined {
    const base = this.#base;
    if (!base) return undefined;
    return (this.#secrets ??= this.#derive(base));
  }

  retire(): void {
    this.#base = undefined;
    this.#secrets = undefined;
  }

  async #derive(base: CryptoKey): Promise<StreamSecrets> {
    const { identity, binding } = this.sender;
    const [frameKey, label] = await Promise.all([
      deriveFrameKey(base, this.kid),
      streamLabel(identity, binding, this.kid % STREAMS.length),
    ]);
    const secrets = { frameKey, label };
    if (!this.retired) this.#secrets = secrets;
    return secrets;
  }
}
