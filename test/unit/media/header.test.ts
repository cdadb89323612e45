import { expect } from 'chai';
import fc from 'fast-check';
import { toHex } from '../../../src/base/index.js';
import { encodeHeader, parseHeader } from '../../../src/crypto/sframe-header.js';

const value = fc.oneof(fc.nat(300), fc.maxSafeNat(), fc.bigInt(0n, 2n ** 64n - 1n));

describe('media: SFrame header', () => {
  it('reads what it wrote, at any place', () => {
    fc.assert(
      fc.property(value, value, fc.uint8Array({ maxLength: 20 }), (kid, ctr, before) => {
        const header = encodeHeader(kid, ctr);
        const parsed = parseHeader(new Uint8Array([...before, ...header, 1, 2, 3]), before.length);
        expect(parsed?.length).to.equal(header.length);
        expect(BigInt(parsed?.kid ?? -1)).to.equal(BigInt(kid));
        expect(BigInt(parsed?.ctr ?? -1)).to.equal(BigInt(ctr));
      }),
    );
  });

  it('reads bytes only in the one form it would write', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 17 }), (bytes) => {
        const parsed = parseHeader(bytes);
        if (!parsed) return;
        expect(toHex(encodeHeader(parsed.kid, parsed.ctr))).to.equal(toHex(bytes.subarray(0, parsed.length)));
      }),
      { numRuns: 5_000 },
    );
  });

  it('refuses what could be shorter, and what ends too early', () => {
    for (const bytes of [[], [0x80], [0x08], [0x80, 7], [0x08, 7], [0x90, 0, 9], [0x09, 0, 200], [0xff, 1, 2, 3]]) {
      expect(parseHeader(Uint8Array.from(bytes)), String(bytes)).to.equal(undefined);
    }
    expect(parseHeader(Uint8Array.of(0x80, 8))).to.deep.equal({ kid: 8, ctr: 0, length: 2 });
  });

  it('writes nothing that is no value', () => {
    for (const bad of [-1, 1.5, NaN, 2 ** 53, -1n, 2n ** 64n]) expect(() => encodeHeader(bad, 0)).to.throw(RangeError);
  });

  it('takes at most 26 bytes with the tag for an epoch of 30 bits, and 21 for a small one', () => {
    const overhead = (epoch: number, ctr: number): number => encodeHeader(epoch * 4 + 3, ctr).length + 16;
    expect(overhead(2 ** 30 - 1, 2 ** 32 - 1)).to.equal(25);
    expect(overhead(2 ** 32 - 1, 2 ** 32 - 1)).to.equal(26);
    expect(overhead(16_383, 65_535)).to.equal(21);
    expect(overhead(16_383, 2 ** 24 - 1)).to.equal(22);
  });
});
