/**
 * One ciphertext that two keys open, to two different texts: ChaCha20-Poly1305 does not commit to its key, and whoever
 * knows both keys can make one by solving one linear equation modulo 2¹³⁰ − 5 for the first block.
 */
import { chacha20 } from '@noble/ciphers/chacha.js';
import { concat, type Bytes } from '../../../src/base/index.js';

const P = 2n ** 130n - 5n;
const BIT = 2n ** 128n;
const mod = (value: bigint, by: bigint): bigint => ((value % by) + by) % by;
const read = (bytes: Uint8Array): bigint => bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);

function write(value: bigint): Bytes {
  return Uint8Array.from({ length: 16 }, (_, i) => Number((value >> BigInt(8 * i)) & 255n));
}

function inverse(of: bigint): bigint {
  let result = 1n;
  for (let base = mod(of, P), power = P - 2n; power > 0n; power >>= 1n, base = (base * base) % P)
    if (power & 1n) result = (result * base) % P;
  return result;
}

interface Half {
  readonly r: bigint;
  readonly s: bigint;
  /** What the additional data adds to the sum, with all that follows it. */
  readonly before: bigint;
}

function half(key: Uint8Array, nonce: Uint8Array, data: Uint8Array, length: bigint): Half {
  const once = chacha20(key, nonce, new Uint8Array(32));
  const r = read(once.subarray(0, 16)) & 0x0ffffffc0ffffffc0ffffffc0fffffffn;
  let sum = 0n;
  for (let at = 0; at < data.length; at += 16) {
    const block = new Uint8Array(16);
    block.set(data.subarray(at, at + 16));
    sum = ((sum + read(block) + BIT) * r) % P;
  }
  // Two blocks of ciphertext and one of lengths follow.
  const lengths = BIT + BigInt(data.length) + (length << 64n);
  return { r, s: read(once.subarray(16)), before: mod(sum * r * r * r + lengths * r, P) };
}

/** 48 bytes: 32 of ciphertext and a tag that is right under both keys. `random` gives 16 bytes at a time. */
export function sealForTwo(
  [key1, data1]: readonly [Uint8Array, Uint8Array],
  [key2, data2]: readonly [Uint8Array, Uint8Array],
  nonce: Uint8Array,
  random: () => Uint8Array,
): Bytes {
  const one = half(key1, nonce, data1, 32n);
  const two = half(key2, nonce, data2, 32n);
  const cube = ({ r }: Half): bigint => (r * r * r) % P;
  const slope = inverse(cube(one) - cube(two));
  for (;;) {
    const second = read(random()) + BIT;
    const rest = ({ r, before }: Half): bigint => before + second * r * r;
    const wish = two.s - one.s - rest(one) + rest(two);
    for (let carry = -4n; carry <= 4n; carry++) {
      const first = mod((wish + carry * BIT) * slope, P);
      if (first < BIT || first >= 2n * BIT) continue;
      const tag = (each: Half): bigint => mod(mod(first * cube(each) + rest(each), P) + each.s, BIT);
      if (tag(one) !== tag(two)) continue;
      return concat(write(first - BIT), write(second - BIT), write(tag(one)));
    }
  }
}
