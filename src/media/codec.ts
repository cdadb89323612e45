/**
 * What stays clear at the start of a frame, and how much. The rule is a function of the bytes alone once the codec is
 * known, and no two codecs leave the same prefix: VP9 and Opus none; VP8 one odd byte or ten with `9d 01 2a` in them;
 * H.264 one that starts `00 00 00 01`. The prefix is authenticated, so a codec or frame type that somebody renamed on
 * the way makes the tag fail and the frame drop.
 */
import type { Bytes } from '../base/index.js';
import { h264Prefix } from './h264.js';
import type { Stream } from './media-client.js';

export type Codec = 'vp8' | 'vp9' | 'h264' | 'opus';

/** In lower case, and as engines write them: this is asked for every frame. */
const CODECS: ReadonlyMap<string | undefined, Codec> = new Map([
  ['video/vp8', 'vp8'],
  ['video/VP8', 'vp8'],
  ['video/vp9', 'vp9'],
  ['video/VP9', 'vp9'],
  ['video/h264', 'h264'],
  ['video/H264', 'h264'],
  ['audio/opus', 'opus'],
]);

/** The codec of a frame of `stream` by its MIME type in any case; `undefined` when we can't protect it there. */
export function codecOf(mimeType: string | undefined, stream: Stream): Codec | undefined {
  const codec = CODECS.get(mimeType) ?? CODECS.get(mimeType?.toLowerCase());
  const audio = stream === 'microphone' || stream === 'screen-audio';
  return (codec === 'opus') === audio ? codec : undefined;
}

/** RFC 6386 §9.1: frame tag, start code and size of a key frame. */
const VP8_KEY_PREFIX = 10;
/** Of a delta frame only the byte whose lowest bit says so. */
const VP8_DELTA_PREFIX = 1;

/** `frame` with its clear prefix in `frame[0 … at]`. */
export interface SplitFrame {
  readonly frame: Bytes;
  readonly at: number;
}

function vp8PrefixLength(frame: Uint8Array): number | undefined {
  if (((frame[0] as number) & 1) === 1) return VP8_DELTA_PREFIX;
  const key = frame.length >= VP8_KEY_PREFIX && frame[3] === 0x9d && frame[4] === 0x01 && frame[5] === 0x2a;
  return key ? VP8_KEY_PREFIX : undefined;
}

/**
 * Where the clear prefix of `frame` ends; the same before sealing and after. H.264 comes back with four-byte start
 * codes in the prefix. `undefined` when `frame` is empty or not of this codec.
 */
export function splitFrame(codec: Codec, frame: Bytes): SplitFrame | undefined {
  if (frame.length === 0) return undefined;
  switch (codec) {
    case 'opus':
    case 'vp9':
      return { frame, at: 0 };
    case 'vp8': {
      const at = vp8PrefixLength(frame);
      return at === undefined ? undefined : { frame, at };
    }
    case 'h264': {
      const found = h264Prefix(frame);
      if (!found) return undefined;
      const { prefix, bodyAt } = found;
      if (prefix.length === bodyAt) return { frame, at: bodyAt };
      const normal = new Uint8Array(prefix.length + frame.length - bodyAt);
      normal.set(prefix);
      normal.set(frame.subarray(bodyAt), prefix.length);
      return { frame: normal, at: prefix.length };
    }
  }
}
