/**
 * The SFrame header, RFC 9605 §4.3: one config byte, then the key id (KID) and the counter (CTR), each in the fewest
 * bytes that hold it; values below 8 sit in the config byte itself.
 *
 *      0 1 2 3 4 5 6 7
 *     +-+-----+-+-----+
 *     |X|  K  |Y|  C  |   X = 0: K is the KID;  X = 1: the KID follows in K + 1 bytes. Y and C likewise for the CTR.
 *     +-+-----+-+-----+
 */
import type { Bytes } from '../base/index.js';

/** Values the RFC allows reach 2⁶⁴ − 1; those above 2⁵³ − 1 are bigints. This package's own never are. */
export type HeaderValue = number | bigint;

export interface FrameHeader {
  readonly kid: HeaderValue;
  readonly ctr: HeaderValue;
  /** Bytes the header takes, 1–17. */
  readonly length: number;
}

/** Bytes that `value` takes after the config byte: 0 when it fits into three bits of that byte. */
function widthOf(value: HeaderValue): number {
  if (value < 8) return 0;
  let width = 1;
  for (let limit = 256; width < 6; width++, limit *= 256) if (value < limit) return width;
  for (let limit = 2n ** 48n; width < 8; width++, limit *= 256n) if (value < limit) return width;
  return 8;
}

function put(out: Uint8Array, end: number, width: number, value: HeaderValue): void {
  if (typeof value === 'bigint') {
    for (let i = 1; i <= width; i++, value >>= 8n) out[end - i] = Number(value & 255n);
  } else {
    for (let i = 1; i <= width; i++, value = Math.floor(value / 256)) out[end - i] = value % 256;
  }
}

/** `undefined` when the value could have been written shorter. */
function take(bytes: Uint8Array, at: number, width: number): HeaderValue | undefined {
  if (bytes[at] === 0) return undefined;
  let value = 0;
  for (let i = 0; i < Math.min(width, 6); i++) value = value * 256 + (bytes[at + i] as number);
  if (width === 1 && value < 8) return undefined;
  if (width <= 6) return value;
  let wide = BigInt(value);
  for (let i = 6; i < width; i++) wide = wide * 256n + BigInt(bytes[at + i] as number);
  return wide <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(wide) : wide;
}

/** The longest header, bytes. */
export const MAX_HEADER_LENGTH = 17;

/**
 * Writes the header in its shortest form to the start of `out`, which holds at least {@link MAX_HEADER_LENGTH} bytes.
 * Returns its length.
 * @throws RangeError when a value is no integer in 0…2⁶⁴ − 1, or a number above 2⁵³ − 1.
 */
export function writeHeader(out: Uint8Array, kid: HeaderValue, ctr: HeaderValue): number {
  check(kid);
  check(ctr);
  const kidWidth = widthOf(kid);
  const ctrWidth = widthOf(ctr);
  const high = kidWidth === 0 ? Number(kid) : 8 + kidWidth - 1;
  const low = ctrWidth === 0 ? Number(ctr) : 8 + ctrWidth - 1;
  out[0] = high * 16 + low;
  put(out, 1 + kidWidth, kidWidth, kid);
  put(out, 1 + kidWidth + ctrWidth, ctrWidth, ctr);
  return 1 + kidWidth + ctrWidth;
}

function check(value: HeaderValue): void {
  const fits = typeof value === 'bigint' ? value < 2n ** 64n : Number.isSafeInteger(value);
  if (!fits || value < 0) throw new RangeError('not an SFrame header value');
}

/** The header in its shortest form, 1–17 bytes. @throws RangeError as {@link writeHeader}. */
export function encodeHeader(kid: HeaderValue, ctr: HeaderValue): Bytes {
  const out = new Uint8Array(MAX_HEADER_LENGTH);
  return out.slice(0, writeHeader(out, kid, ctr));
}

/** The header that starts at `at`; `undefined` when `bytes` end within it or it is not in its shortest form. */
export function parseHeader(bytes: Uint8Array, at = 0): FrameHeader | undefined {
  const config = bytes[at];
  if (config === undefined) return undefined;
  const kidWidth = config & 0x80 ? ((config >> 4) & 7) + 1 : 0;
  const ctrWidth = config & 0x08 ? (config & 7) + 1 : 0;
  const length = 1 + kidWidth + ctrWidth;
  if (at + length > bytes.length) return undefined;
  const kid = kidWidth === 0 ? (config >> 4) & 7 : take(bytes, at + 1, kidWidth);
  const ctr = ctrWidth === 0 ? config & 7 : take(bytes, at + 1 + kidWidth, ctrWidth);
  return kid === undefined || ctr === undefined ? undefined : { kid, ctr, length };
}
