import type { Bytes } from '../../base/index.js';

/** Seeded pseudo-randomness (sfc32): the same seed gives the same meeting, byte by byte. For simulations only. */
export class SeededRandom {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: number | string) {
    let h = 2166136261;
    for (const char of String(seed)) h = Math.imul(h ^ char.charCodeAt(0), 16777619);
    this.#a = h | 0;
    this.#b = Math.imul(h, 2246822519) | 0;
    this.#c = Math.imul(h, 3266489917) | 0;
    for (let i = 0; i < 15; i++) this.uint32();
  }

  uint32(): number {
    const t = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + t;
    return t >>> 0;
  }

  /** 0 ≤ x < 1 */
  next(): number {
    return this.uint32() / 2 ** 32;
  }

  /** An integer, 0 ≤ x < limit. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)] as T;
  }

  bytes(length: number): Bytes {
    const out = new Uint8Array(length);
    for (let i = 0; i < length; i += 4) {
      const value = this.uint32();
      for (let j = 0; j < 4 && i + j < length; j++) out[i + j] = value >>> (8 * j);
    }
    return out;
  }
}
