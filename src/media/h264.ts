/**
 * H.264 in Annex B form (ITU-T H.264, annex B and §7.3.1, §7.4.1.1), as far as sealing needs it: where the first slice
 * begins, and how to keep start codes out of sealed bytes.
 */
import type { Bytes } from '../base/index.js';

const START_CODE = [0, 0, 0, 1] as const;

/** Index of the next start code's `00 00 01` at or after `from`, or -1. */
function findStartCode(bytes: Uint8Array, from: number): number {
  for (let i = from; i + 2 < bytes.length;) {
    const third = bytes[i + 2] as number;
    if (third > 1) i += 3;
    else if (third === 1 && bytes[i] === 0 && bytes[i + 1] === 0) return i;
    else i += 1;
  }
  return -1;
}

/** Bytes of a slice from its NAL header up to the end of its third ue(v) (pic_parameter_set_id); 0 when it ends before. */
function sliceHead(bytes: Uint8Array, at: number, end: number): number {
  let bit = (at + 1) * 8;
  const read = (): number => ((bytes[bit >> 3] as number) >> (7 - (bit & 7))) & 1;
  for (let values = 0; values < 3; values++) {
    let zeros = 0;
    for (;;) {
      if (bit >= end * 8 || zeros > 31) return 0;
      const one = read();
      bit++;
      if (one) break;
      zeros++;
    }
    bit += zeros;
    if (bit > end * 8) return 0;
  }
  return ((bit + 7) >> 3) - at;
}

/**
 * The clear prefix of a frame and where its body starts: all NAL units before the first slice, and of that slice the
 * NAL header and the three numbers depacketizers read (first_mb_in_slice, slice_type, pic_parameter_set_id). Start
 * codes in the prefix are normalised to four bytes, because RTP (RFC 6184) does not carry them.
 * `undefined` when `frame` doesn't start with a start code or holds no slice (NAL unit types 1–5).
 */
export function h264Prefix(frame: Uint8Array): { prefix: Bytes; bodyAt: number } | undefined {
  let code = findStartCode(frame, 0);
  if (code < 0 || code > 1 || (code === 1 && frame[0] !== 0)) return undefined;
  const units: { from: number; to: number }[] = [];
  let length = 0;
  for (;;) {
    const from = code + 3;
    const type = (frame[from] ?? 0) & 31;
    if (type >= 1 && type <= 5) {
      const head = sliceHead(frame, from, frame.length);
      if (head === 0) return undefined;
      units.push({ from, to: from + head });
      length += START_CODE.length + head;
      break;
    }
    code = findStartCode(frame, from);
    if (code < 0) return undefined;
    const to = code > from && frame[code - 1] === 0 ? code - 1 : code;
    units.push({ from, to });
    length += START_CODE.length + to - from;
  }
  const prefix = new Uint8Array(length);
  let at = 0;
  for (const { from, to } of units) {
    prefix.set(START_CODE, at);
    prefix.set(frame.subarray(from, to), at + START_CODE.length);
    at += START_CODE.length + to - from;
  }
  return { prefix, bodyAt: (units.at(-1) as { to: number }).to };
}

/** Zero bytes right before `at`, at most 2. */
function zerosBefore(bytes: Uint8Array, at: number): number {
  let zeros = 0;
  while (zeros < 2 && at - zeros > 0 && bytes[at - zeros - 1] === 0) zeros++;
  return zeros;
}

/** `frame` with emulation prevention (§7.4.1.1) from `at` on: no start code begins there, and it ends on no two zeros. */
export function escapeFrom(frame: Bytes, at: number): Bytes {
  let zeros = zerosBefore(frame, at);
  let added = 0;
  for (let i = at; i < frame.length; i++) {
    const byte = frame[i] as number;
    if (zeros === 2 && byte <= 3) {
      added++;
      zeros = 0;
    }
    zeros = byte === 0 ? zeros + 1 : 0;
  }
  if (zeros === 2) added++;
  if (added === 0) return frame;
  const out = new Uint8Array(frame.length + added);
  out.set(frame.subarray(0, at));
  zeros = zerosBefore(frame, at);
  let to = at;
  for (let i = at; i < frame.length; i++) {
    const byte = frame[i] as number;
    if (zeros === 2 && byte <= 3) {
      out[to++] = 3;
      zeros = 0;
    }
    out[to++] = byte;
    zeros = byte === 0 ? zeros + 1 : 0;
  }
  if (zeros === 2) out[to] = 3;
  return out;
}

/** The inverse of {@link escapeFrom}; `undefined` when it could not have made `frame`. */
export function unescapeFrom(frame: Bytes, at: number): Bytes | undefined {
  const out = new Uint8Array(frame.length);
  out.set(frame.subarray(0, at));
  let zeros = zerosBefore(frame, at);
  let to = at;
  for (let i = at; i < frame.length; i++) {
    const byte = frame[i] as number;
    if (zeros === 2 && byte <= 3) {
      if (byte !== 3) return undefined;
      if (i + 1 < frame.length && (frame[i + 1] as number) > 3) return undefined;
      zeros = 0;
      continue;
    }
    out[to++] = byte;
    zeros = byte === 0 ? zeros + 1 : 0;
  }
  return zeros === 2 ? undefined : out.subarray(0, to);
}
