/**
 * Opening: a frame from the network becomes a frame for the decoder, or a reason why not. Nothing here keeps state
 * for a frame that did not authenticate.
 */
import type { Bytes } from '../base/index.js';
import { TAG_LENGTH } from '../crypto/sframe-aead.js';
import { openFrame } from '../crypto/sframe-frame.js';
import { parseHeader } from '../crypto/sframe-header.js';
import { splitFrame } from './codec.js';
import type { Codec, SplitFrame } from './codec.js';
import { unescapeFrom } from './h264.js';
import type { KeyRing } from './key-ring.js';
import { STREAMS } from './media-client.js';
import type { DropReason, ReceiverBinding } from './media-client.js';
import { COUNTER_LIMIT } from './stream-key.js';
import type { StreamKey, StreamSecrets } from './stream-key.js';

export type OpenVerdict =
  | { readonly data: ArrayBuffer; readonly key: StreamKey }
  /** `kid` and `ctr` are what the frame says: nobody vouches for them. `old`: a replay from left of the window. */
  | { readonly reason: DropReason; readonly kid?: number; readonly ctr?: number; readonly old?: boolean };

function endsWith(bytes: Uint8Array, tail: Uint8Array): boolean {
  const from = bytes.length - tail.length;
  return from >= 0 && tail.every((byte, i) => bytes[from + i] === byte);
}

function unwrap(codec: Codec, data: Bytes): SplitFrame | undefined {
  const split = splitFrame(codec, data);
  if (!split || codec !== 'h264') return split;
  const frame = unescapeFrom(split.frame, split.at);
  return frame && { frame, at: split.at };
}

export class FrameOpener {
  readonly #keys: KeyRing;
  /** What ends the SFU's own blank frames. Such frames are dropped like all that doesn't open, but raise no alarm. */
  serverTrailer: Uint8Array | undefined;

  constructor(keys: KeyRing) {
    this.#keys = keys;
  }

  /** `codec` is a claim: a wrong one only makes the tag fail. */
  open(
    { identity, stream }: ReceiverBinding,
    codec: Codec | undefined,
    data: Bytes,
  ): OpenVerdict | Promise<OpenVerdict> {
    if (data.length === 0) return { reason: 'empty' };
    if (this.serverTrailer && endsWith(data, this.serverTrailer)) return { reason: 'server-injected' };
    if (!codec) return { reason: 'codec' };
    const unwrapped = unwrap(codec, data);
    if (!unwrapped) return { reason: 'header' };
    const { frame, at } = unwrapped;
    const header = parseHeader(frame, at);
    if (!header) return { reason: frame.length - at < 1 + TAG_LENGTH ? 'short' : 'header' };
    const { kid, ctr } = header;
    if (typeof kid !== 'number' || kid >= COUNTER_LIMIT * STREAMS.length) return { reason: 'header' };
    if (typeof ctr !== 'number' || ctr >= COUNTER_LIMIT) return { reason: 'header' };
    if (frame.length < at + header.length + TAG_LENGTH) return { reason: 'short' };

    // The one key that may open it; which stream it is for is judged after the tag, so that an alarm names a fact.
    const kidStream = kid % STREAMS.length;
    const key = this.#keys.opening(identity, Math.floor(kid / STREAMS.length), kidStream);
    const secrets = key?.secrets;
    if (!key || !secrets) return { reason: 'unknown-key', kid, ctr };
    const judge = (opened: ArrayBuffer | undefined): OpenVerdict => {
      if (!opened) return { reason: this.#keys.rejoining(identity, kidStream) ? 'rejoining' : 'forged', kid, ctr };
      this.#keys.opened(identity, kidStream);
      if (STREAMS[kidStream] !== stream) return { reason: 'stream', kid, ctr };
      if (key.retired) return { reason: 'unknown-key', kid, ctr };
      if (!key.window.accept(ctr)) return { reason: 'replay', kid, ctr, old: key.window.behind(ctr) };
      return { data: opened, key };
    };
    const openWith = ({ frameKey, label }: StreamSecrets): Promise<OpenVerdict> =>
      openFrame(frameKey, header, frame, at, label).then(judge);
    return secrets instanceof Promise ? secrets.then(openWith) : openWith(secrets);
  }
}
