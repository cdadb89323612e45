import { expect } from 'chai';
import { concat, fromHex, toHex } from '../../src/base/index.js';
import { openFrame, sealFrame } from '../../src/crypto/sframe-frame.js';
import { encodeHeader, parseHeader } from '../../src/crypto/sframe-header.js';
import { AES_256_GCM_SHA512_128, deriveFrameKey } from '../../src/crypto/sframe-keys.js';
import type { FrameSuite } from '../../src/crypto/sframe-keys.js';
import vectors from './sframe/test-vectors.json';

const AES_128_GCM_SHA256_128: FrameSuite = { id: 4, hash: 'SHA-256', keyLength: 16 };
/**
 * Suites 1–3 (and the draft's 6) are AES-CTR with HMAC. This package neither sends nor accepts them and has no code for
 * them, so the files `aes_ctr_hmac` and `aes_256_ctr_hmac` and these suites are left out.
 */
const SUITES = [AES_128_GCM_SHA256_128, AES_256_GCM_SHA512_128];
const NONE = new Uint8Array(0);

/** The largest value as JSON reads it, 2^64, is one more than a header holds. */
function exact(value: number): number | bigint {
  return Number.isSafeInteger(value) ? value : BigInt(value) >= 2n ** 64n ? 2n ** 64n - 1n : BigInt(value);
}

describe('RFC 9605 test vectors', () => {
  it('every header is written and read', () => {
    let wide = 0;
    for (const { kid, ctr, encoded } of vectors.header) {
      const parsed = parseHeader(fromHex(encoded));
      expect(parsed?.length, encoded).to.equal(encoded.length / 2);
      if (Number.isSafeInteger(kid) && Number.isSafeInteger(ctr)) {
        expect(toHex(encodeHeader(kid, ctr)), encoded).to.equal(encoded);
        expect(parsed, encoded).to.include({ kid, ctr });
      } else {
        wide++;
        // JSON rounded these: what was read must be near them, and come out again as the same bytes.
        expect(Number(parsed?.kid), encoded).to.equal(Number(exact(kid)));
        expect(Number(parsed?.ctr), encoded).to.equal(Number(exact(ctr)));
        expect(toHex(encodeHeader(parsed?.kid ?? 0, parsed?.ctr ?? 0)), encoded).to.equal(encoded);
      }
    }
    expect(vectors.header).to.have.length(289);
    expect(wide).to.equal(93);
  });

  for (const suite of SUITES)
    it(`suite ${suite.id}: key schedule, encryption and decryption`, async () => {
      const vector = vectors.sframe.find(({ cipher_suite: id }) => id === suite.id);
      if (!vector) throw new Error('no vector');
      const base = await crypto.subtle.importKey('raw', fromHex(vector.base_key), 'HKDF', false, ['deriveBits']);
      const key = await deriveFrameKey(base, vector.kid, suite);
      expect(toHex(key.salt)).to.equal(vector.sframe_salt);
      const metadata = fromHex(vector.metadata);
      const plaintext = fromHex(vector.pt);
      // Our frame carries the metadata in front, as clear prefix or not at all, as label: both are the RFC's frame.
      const whole = concat(metadata, plaintext);
      const prefixed = await sealFrame(key, vector.kid, vector.ctr, whole, metadata.length, NONE);
      expect(toHex(prefixed)).to.equal(vector.metadata + vector.ct);
      const labelled = await sealFrame(key, vector.kid, vector.ctr, plaintext, 0, metadata);
      expect(toHex(labelled)).to.equal(vector.ct);
      const header = parseHeader(labelled);
      if (!header) throw new Error('no header');
      expect(toHex(new Uint8Array((await openFrame(key, header, labelled, 0, metadata)) ?? []))).to.equal(vector.pt);
      expect(await openFrame(key, header, labelled, 0, NONE)).to.equal(undefined);
    });
});
