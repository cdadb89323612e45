/**
 * The few forms of CBOR (RFC 8949) that the protocol uses, in their only form: unsigned integers, byte and text
 * strings, arrays, maps, false and true. Lengths are definite and as short as can be (§4.2.1).
 */
import { fromUtf8, utf8, type Bytes } from '../base/index.js';

/** Major types (RFC 8949 §3.1). */
export const MAJOR = { uint: 0, bytes: 2, text: 3, array: 4, map: 5 } as const;
export type Major = (typeof MAJOR)[keyof typeof MAJOR];

/** What malformed input throws inside this room; `decode` turns it into undefined. */
export class Malformed extends Error {
  override readonly name = 'Malformed';
}

/** Appends to a buffer that grows. */
export class Writer {
  #buffer = new Uint8Array(256);
  #length = 0;

  /** Head of `major` with argument `n`, in the shortest form. */
  head(major: Major, n: number): void {
    if (!Number.isSafeInteger(n) || n < 0) throw new RangeError('not an unsigned safe integer');
    const type = major << 5;
    if (n < 24) return this.#push(type | n);
    if (n < 2 ** 8) return this.#push(type | 24, n);
    if (n < 2 ** 16) return this.#push(type | 25, n >> 8, n);
    this.#push(type | (n < 2 ** 32 ? 26 : 27));
    if (n >= 2 ** 32) this.#word(Math.floor(n / 2 ** 32));
    this.#word(n % 2 ** 32);
  }

  bool(value: boolean): void {
    this.#push(value ? TRUE : FALSE);
  }

  bytes(value: Uint8Array): void {
    this.head(MAJOR.bytes, value.length);
    this.#append(value);
  }

  /** @throws RangeError for lone surrogates, which UTF-8 can't carry. */
  text(value: string): void {
    const encoded = utf8(value);
    if (fromUtf8(encoded) !== value) throw new RangeError('text with lone surrogates or a byte order mark');
    this.head(MAJOR.text, encoded.length);
    this.#append(encoded);
  }

  take(): Bytes {
    return this.#buffer.slice(0, this.#length);
  }

  /** One to three bytes, each the low eight bits of its value. */
  #push(first: number, second?: number, third?: number): void {
    this.#grow(3);
    this.#buffer[this.#length++] = first;
    if (second !== undefined) this.#buffer[this.#length++] = second;
    if (third !== undefined) this.#buffer[this.#length++] = third;
  }

  #word(n: number): void {
    this.#push(n >>> 24, n >>> 16);
    this.#push(n >>> 8, n);
  }

  #append(values: Uint8Array): void {
    this.#grow(values.length);
    this.#buffer.set(values, this.#length);
    this.#length += values.length;
  }

  #grow(by: number): void {
    const end = this.#length + by;
    if (end <= this.#buffer.length) return;
    const grown = new Uint8Array(Math.max(end, 2 * this.#buffer.length));
    grown.set(this.#buffer);
    this.#buffer = grown;
  }
}

const FALSE = 0xf4;
const TRUE = 0xf5;

/** Reads what {@link Writer} writes, and throws {@link Malformed} for every other byte. */
export class Reader {
  readonly #input: Uint8Array;
  #at = 0;

  constructor(input: Uint8Array) {
    this.#input = input;
  }

  get done(): boolean {
    return this.#at === this.#input.length;
  }

  /** The argument of a head of `major`, at most `max`. */
  head(major: Major, max: number): number {
    const first = this.#byte();
    if (first >> 5 !== major) throw new Malformed('another type');
    const info = first & 31;
    let n = info;
    if (info >= 24) {
      // 28–30 are reserved, 31 is an indefinite length.
      if (info > 27) throw new Malformed('indefinite or reserved length');
      const size = 1 << (info - 24);
      n = 0;
      for (let i = 0; i < size; i++) n = n * 256 + this.#byte();
      // The shortest form only; above 2^53 the sum is not exact, and `max` refuses it.
      if (n < (info === 24 ? 24 : 2 ** (4 * size))) throw new Malformed('not the shortest form');
    }
    if (n > max) throw new Malformed('over its bound');
    return n;
  }

  bool(): boolean {
    const byte = this.#byte();
    if (byte !== FALSE && byte !== TRUE) throw new Malformed('neither false nor true');
    return byte === TRUE;
  }

  /** A copy, so that what is kept neither holds the whole packet nor changes with it. */
  bytes(max: number): Bytes {
    return new Uint8Array(this.#take(this.head(MAJOR.bytes, max)));
  }

  /** @param max in bytes of UTF-8 */
  text(max: number): string {
    const encoded = this.#take(this.head(MAJOR.text, max));
    let text: string;
    try {
      text = fromUtf8(encoded);
    } catch {
      throw new Malformed('not UTF-8');
    }
    // The decoder swallows a byte order mark: such a text would have two encodings.
    if (encoded[0] === 0xef && encoded[1] === 0xbb && encoded[2] === 0xbf) throw new Malformed('byte order mark');
    return text;
  }

  #take(length: number): Uint8Array {
    const start = this.#at;
    if (length > this.#input.length - start) throw new Malformed('cut short');
    this.#at = start + length;
    return this.#input.subarray(start, this.#at);
  }

  #byte(): number {
    const byte = this.#input[this.#at++];
    if (byte === undefined) throw new Malformed('cut short');
    return byte;
  }
}
