import { expect } from 'chai';
import { fromHex, toHex } from '../../src/base/index.js';
import {
  xwingDecapsulateNatively,
  xwingEncapsulateNatively,
  xwingPublicKeyNatively,
} from '../../src/crypto/xwing-native.js';
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

  describe('by the platform where it has it', () => {
    it("gives the draft's keys and secrets, and opens what @noble sealed", async () => {
      for (const vector of vectors) {
        const seed = fromHex(vector.seed);
        expect(toHex(await xwingPublicKeyNatively(seed))).to.equal(vector.pk);
        const opened = await xwingDecapsulateNatively(fromHex(vector.ct), seed);
        expect(opened && toHex(opened)).to.equal(vector.ss);
      }
    });

    it('is what runs there: @noble only where there is no ML-KEM', async () => {
      const subtle = crypto.subtle as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
      const seed = crypto.getRandomValues(new Uint8Array(32));
      const key = xwingPublicKey(seed);
      const there = await subtle['importKey']!('raw-seed', new Uint8Array(64), 'ML-KEM-768', false, [
        'decapsulateBits',
      ]).then(
        () => true,
        () => false,
      );
      const done: string[] = [];
      const methods = ['exportKey', 'encapsulateBits', 'decapsulateBits'];
      for (const method of methods)
        subtle[method] = async (...args) => {
          const result = await (SubtleCrypto.prototype as unknown as typeof subtle)[method]!.apply(subtle, args);
          done.push(method);
          return result;
        };
      try {
        await xwingPublicKeyNatively(seed);
        const { ciphertext } = (await xwingEncapsulateNatively(key, new Uint8Array(64)))!;
        await xwingDecapsulateNatively(ciphertext, seed);
      } finally {
        for (const method of methods) delete subtle[method];
      }
      expect(done).to.deep.equal(there ? methods : []);
    });

    it('seals what @noble opens', async () => {
      for (let i = 0; i < 20; i++) {
        const seed = crypto.getRandomValues(new Uint8Array(32));
        const random = crypto.getRandomValues(new Uint8Array(64));
        const made = await xwingEncapsulateNatively(xwingPublicKey(seed), random);
        const opened = made && xwingDecapsulate(made.ciphertext, seed);
        expect(opened && toHex(opened)).to.equal(toHex(made!.secret));
      }
    });

    it("judges as @noble does: lengths, numbers beyond the modulus, X25519 points of small order, another's ciphertext", async () => {
      const random = crypto.getRandomValues(new Uint8Array(64));
      const seed = new Uint8Array(32).fill(5);
      const key = xwingPublicKey(seed);
      const { ciphertext } = xwingEncapsulate(key, random)!;
      const changed = (bytes: Uint8Array, at: number, to: readonly number[]): Uint8Array => {
        const copy = bytes.slice();
        copy.set(to, at);
        return copy;
      };
      const zeros = Array.from({ length: 32 }, () => 0);
      const keys = [
        key,
        key.subarray(1),
        new Uint8Array(key.length).fill(0xff),
        // A number of the polynomials just below the modulus 3,329, and one that is the modulus.
        changed(key, 0, [0x00, (key[1]! & 0xf0) | 0x0d]),
        changed(key, 0, [0x01, (key[1]! & 0xf0) | 0x0d]),
        changed(key, 1184, zeros),
        changed(key, 1184, [1, ...zeros.slice(1)]),
        // The same number beyond 2²⁵⁵ − 19, and with the top bit set.
        changed(key, 1184, [0xed + 9, ...Array.from({ length: 30 }, () => 0xff), 0x7f]),
        changed(key, 1215, [key[1215]! | 0x80]),
      ];
      const verdicts = keys.map((each) => xwingEncapsulate(each, random) !== undefined);
      expect(verdicts).to.deep.equal([true, false, false, true, false, false, false, true, true]);
      for (const [at, each] of keys.entries())
        expect((await xwingEncapsulateNatively(each, random)) !== undefined, `key ${at}`).to.equal(verdicts[at]);

      const ciphertexts = [
        ciphertext,
        ciphertext.subarray(1),
        changed(ciphertext, 0, [ciphertext[0]! ^ 1]),
        changed(ciphertext, 1088, zeros),
        changed(ciphertext, 1119, [ciphertext[1119]! ^ 0x80]),
        xwingEncapsulate(xwingPublicKey(new Uint8Array(32)), random)!.ciphertext,
      ];
      for (const [at, each] of ciphertexts.entries()) {
        const [one, other] = [xwingDecapsulate(each, seed), await xwingDecapsulateNatively(each, seed)];
        expect(other && toHex(other), `ciphertext ${at}`).to.equal(one && toHex(one));
      }
    });
  });
});
