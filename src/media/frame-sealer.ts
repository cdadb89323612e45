/** Sealing: a frame from the encoder becomes a frame for the wire, or nothing. There is no third outcome. */
import type { Bytes } from '../base/index.js';
import { sealFrame } from '../crypto/sframe-frame.js';
import { splitFrame } from './codec.js';
import type { Codec } from './codec.js';
import { escapeFrom } from './h264.js';
import type { KeyRing } from './key-ring.js';
import { STREAMS } from './media-client.js';
import type { DropReason, Stream } from './media-client.js';
import type { StreamKey, StreamSecrets } from './stream-key.js';

export type SealVerdict =
  { readonly data: Bytes; readonly key: StreamKey } | { readonly reason: DropReason; readonly epoch?: number };

export class FrameSealer {
  readonly #keys: KeyRing;

  constructor(keys: KeyRing) {
    this.#keys = keys;
  }

  /** True while what `key` sealed may leave. */
  mayLeave(key: StreamKey): boolean {
    return this.#keys.sealing(key.kid % STREAMS.length) !== undefined && !key.retired;
  }

  /** The counter is taken before anything is awaited, so the order of calls is the order of counters. Rejects with the platform's error alone. */
  seal(stream: Stream, codec: Codec | undefined, data: Bytes): SealVerdict | Promise<SealVerdict> {
    const key = this.#keys.sealing(STREAMS.indexOf(stream));
    if (!key) return { reason: 'paused' };
    if (data.length === 0) return { reason: 'empty' };
    const split = codec && splitFrame(codec, data);
    if (!split) return { reason: 'codec' };
    const ctr = key.counter.take();
    if (ctr === undefined) return { reason: 'exhausted', epoch: key.epoch };
    const { frame, at } = split;
    const sealWith = ({ frameKey, label }: StreamSecrets): Promise<SealVerdict> =>
      sealFrame(frameKey, key.kid, ctr, frame, at, label).then((sealed) => ({
        data: codec === 'h264' ? escapeFrom(sealed, at) : sealed,
        key,
      }));
    const { secrets } = key;
    if (!secrets) return { reason: 'paused' };
    return secrets instanceof Promise ? secrets.then(sealWith) : sealWith(secrets);
  }
}
