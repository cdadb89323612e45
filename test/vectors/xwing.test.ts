import { expect } from 'chai';
import { fromHex, toHex } from '../../src/base/index.js';
import { xwingDecapsulate, xwingEncapsulate, xwingPublicKey } from '../../src/crypto/xwing.js';
import vectors from './xwing/test-vectors.json';

describe('X-Wing', () => {
  it("gives the draft's keys, ciphertexts and secrets", () => {
    expect(vectors.length).to.be.greaterThan(0);
    for (const vector of vectors) {
      const seed = fromHex(vector.seed);
      expect(toHex(seed)).to.equal(vector.sk);
      expect(toHex(xwingPublicKey(seed))).to.equal(vector.pk);
      const made = xwingEncapsulate(fromHex(vector.pk), fromHex(vector.eseed));
      expect(made && toHex(made.ciphertext)).to.equal(vector.ct);
      expect(made && toHex(made.secret)).to.equal(vector.ss);
      const opened = xwingDecapsulate(fromHex(vector.ct), seed);
      expect(opened && toHex(opened)).to.equal(vector.ss);
    }
  });

  it('gives an unrelated secret for a ciphertext made for another key', () => {
    const mine = new Uint8Array(32).fill(1);
    const theirs = new Uint8Array(32).fill(2);
    const made = xwingEncapsulate(xwingPublicKey(theirs), new Uint8Array(64).fill(3));
    expect(made).not.to.equal(undefined);
    if (!made) return;
    const opened = xwingDecapsulate(made.ciphertext, mine);
    expect(opened?.length).to.equal(32);
    expect(opened && toHex(opened)).not.to.equal(toHex(made.secret));
  });

  it('refuses keys and ciphertexts of another length, and keys with numbers beyond the modulus', () => {
    const key = xwingPublicKey(new Uint8Array(32));
    const random = new Uint8Array(64);
    expect(xwingEncapsulate(key.subarray(1), random)).to.equal(undefined);
    expect(xwingEncapsulate(new Uint8Array(key.length).fill(0xff), random)).to.equal(undefined);
    expect(xwingDecapsulate(new Uint8Array(1119), new Uint8Array(32))).to.equal(undefined);
  });
});
