import type { Bytes } from '../../base/index.js';
import type { Purpose } from '../../crypto/purpose.js';

/** 32 bytes of a fast mixing function with four lanes (after MurmurHash3). Not cryptographic. */
export function digest(purpose: Purpose, ...parts: readonly Uint8Array[]): Bytes {
  let a = purpose.length;
  let b = purpose.charCodeAt(purpose.length - 1);
  let c = purpose.charCodeAt(7) | 0;
  let d = purpose.charCodeAt(8) | 0;
  for (const part of parts) {
    a = Math.imul(a ^ part.length, 0x85ebca6b);
    for (let i = 0; i < part.length; i++) {
      const byte = part[i] as number;
      a = Math.imul(a ^ byte, 0x9e3779b1);
      b = Math.imul(b + byte + (a >>> 15), 0x85ebca77);
      c = Math.imul(c ^ (b >>> 13) ^ byte, 0xc2b2ae3d);
      d = Math.imul((d + c) ^ (a >>> 11), 0x27d4eb2f);
    }
  }
  const out = new Uint8Array(32);
  const words = new Uint32Array(out.buffer);
  for (let i = 0; i < 8; i++) {
    a = Math.imul(a ^ (d >>> 15), 0x85ebca6b) + i;
    b = Math.imul(b ^ (a >>> 13), 0xc2b2ae35);
    c = Math.imul(c ^ (b >>> 16), 0x9e3779b1);
    d = Math.imul(d ^ (c >>> 14), 0x27d4eb2f);
    words[i] = a ^ b ^ c ^ d;
  }
  return out;
}
