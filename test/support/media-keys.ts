/** Senders, keys and frames for tests of the media room: no browser, no connection. */
import type { Bytes } from '../../src/base/index.js';
import { FrameOpener } from '../../src/media/frame-opener.js';
import type { OpenVerdict } from '../../src/media/frame-opener.js';
import { FrameSealer } from '../../src/media/frame-sealer.js';
import { KeyRing } from '../../src/media/key-ring.js';
import { FrameCounter } from '../../src/media/stream-key.js';
import type { MediaSender, Stream } from '../../src/media/index.js';
import type { Codec } from '../../src/media/codec.js';

export const sender = (identity: string, join = 1): MediaSender => ({
  identity,
  binding: new Uint8Array(32).fill(join),
});
export const ALICE = sender('alice');
export const BOB = sender('bob', 2);
export const CAROL = sender('carol', 3);

export async function baseKey(fill: number): Promise<CryptoKey> {
  return await crypto.subtle.importKey('raw', new Uint8Array(32).fill(fill), 'HKDF', false, ['deriveBits']);
}

/** A sender with its key of `epoch` active. */
export async function sealing(self: MediaSender, epoch: number, key: number, firstCounter = 0): Promise<FrameSealer> {
  const keys = new KeyRing(() => new FrameCounter(firstCounter));
  keys.setSelf(self);
  await keys.install(epoch, self, await baseKey(key));
  keys.activate(epoch);
  return new FrameSealer(keys);
}

/** Bob, with the keys of others. */
export async function opening(
  ...known: readonly (readonly [MediaSender, number, number])[]
): Promise<{ keys: KeyRing; opener: FrameOpener }> {
  const keys = new KeyRing();
  keys.setSelf(BOB);
  for (const [who, epoch, key] of known) await keys.install(epoch, who, await baseKey(key));
  return { keys, opener: new FrameOpener(keys) };
}

export async function sealed(sealer: FrameSealer, stream: Stream, codec: Codec, data: Bytes): Promise<Bytes> {
  const verdict = await sealer.seal(stream, codec, data);
  if ('reason' in verdict) throw new Error(`not sealed: ${verdict.reason}`);
  return verdict.data;
}

export const reasonOf = (verdict: OpenVerdict): string => ('reason' in verdict ? verdict.reason : 'opened');

/** `length` bytes that look like a frame of `codec`. */
export function plainFrame(codec: Codec, length: number, key = false): Bytes {
  const frame = new Uint8Array(length);
  for (let i = 0; i < length; i++) frame[i] = (i * 37 + length) & 255;
  if (codec === 'vp8') {
    frame[0] = key ? 0x10 : 0x11;
    if (key) frame.set([0x9d, 0x01, 0x2a], 3);
  }
  if (codec === 'h264') frame.set([0, 0, 0, 1, 0x61, 0xe0]);
  return frame;
}
