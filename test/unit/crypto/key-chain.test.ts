import { chacha20, chacha20poly1305 } from '@noble/ciphers/chacha.js';
import { expect } from 'chai';
import { toHex, type Bytes } from '../../../src/base/index.js';
import { nextKey, openStep, sealStep, STEP_SEALED_LENGTH } from '../../../src/crypto/index.js';

const NONCE = new Uint8Array(12);
const filled = (length: number, seed: number): Bytes =>
  Uint8Array.from({ length }, (_, i) => (seed * 31 + i * 7) & 255);
const key = filled(32, 1);
const text = filled(32, 2);
const data = filled(81, 3);

describe('a chain of keys that seal once', () => {
  it('seals as ChaCha20-Poly1305 of RFC 8439 does, whatever the length of the additional data', () => {
    for (let length = 0; length < 100; length++) {
      const [one, additional] = [filled(32, length), filled(length, length + 5)];
      const { sealed } = sealStep(one, text, additional);
      expect(toHex(sealed), String(length)).to.equal(toHex(chacha20poly1305(one, NONCE, additional).encrypt(text)));
      expect(toHex(openStep(one, sealed, additional)!.plaintext)).to.equal(toHex(text));
    }
  });

  it('goes on with the half of block 0 that RFC 8439 throws away, whoever takes the step', () => {
    const next = toHex(chacha20(key, NONCE, new Uint8Array(64)).subarray(32));
    const { sealed, next: sealers } = sealStep(key, text, data);
    expect(toHex(sealers)).to.equal(next);
    expect(toHex(openStep(key, sealed, data)!.next)).to.equal(next);
    expect(toHex(nextKey(key))).to.equal(next);
  });

  it('opens nothing of which a bit, the key or the additional data differ, nor of another length', () => {
    const { sealed } = sealStep(key, text, data);
    for (let bit = 0; bit < 8 * STEP_SEALED_LENGTH; bit++) {
      const changed = sealed.slice();
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(openStep(key, changed, data), `bit ${bit}`).to.equal(undefined);
    }
    expect(openStep(filled(32, 9), sealed, data)).to.equal(undefined);
    expect(openStep(key, sealed, data.subarray(1))).to.equal(undefined);
    // Padding is no data: what is told apart by its length alone.
    expect(openStep(key, sealed, new Uint8Array([...data, 0]))).to.equal(undefined);
    for (const length of [0, 16, 47]) expect(openStep(key, sealed.subarray(0, length), data)).to.equal(undefined);
    expect(openStep(key, new Uint8Array([...sealed, 0]), data)).to.equal(undefined);
  });

  it('gives each caller bytes of its own', () => {
    const first = sealStep(key, text, data);
    const second = sealStep(filled(32, 9), text, data);
    expect(toHex(first.next)).to.equal(toHex(nextKey(key)));
    expect(toHex(second.next)).not.to.equal(toHex(first.next));
  });
});
