import { expect } from 'chai';
import { ml_kem768 } from '@noble/post-quantum/ml-kem.js';
import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import { equal, fromHex, toHex } from '../../src/base/index.js';
import {
  VerifyKey,
  hkdfSha256,
  hkdfSha512,
  hmacSha256,
  open,
  seal,
  x25519Agree,
  x25519AgreeNatively,
} from '../../src/crypto/index.js';
import chacha from './wycheproof/chacha20_poly1305_test.json';
import ed25519 from './wycheproof/ed25519_test.json';
import hkdf256 from './wycheproof/hkdf_sha256_test.json';
import hkdf512 from './wycheproof/hkdf_sha512_test.json';
import hmac256 from './wycheproof/hmac_sha256_test.json';
import mlkem from './wycheproof/mlkem_768_test.json';
import encaps from './wycheproof/mlkem_768_encaps_test.json';
import keygen from './wycheproof/mlkem_768_keygen_seed_test.json';
import x25519 from './wycheproof/x25519_test.json';
import xchacha from './wycheproof/xchacha20_poly1305_test.json';

/** Runs every case of a file and insists that as many ran as the file says it holds. */
function every<G extends { tests: readonly unknown[] }>(
  file: { numberOfTests: number; testGroups: readonly G[] },
  run: (test: G['tests'][number], group: G) => void,
): void {
  let count = 0;
  for (const group of file.testGroups)
    for (const test of group.tests) {
      run(test, group);
      count++;
    }
  expect(count).to.equal(file.numberOfTests);
}

describe('Wycheproof', () => {
  for (const [name, file, hkdf] of [
    ['HKDF-SHA-256', hkdf256, hkdfSha256],
    ['HKDF-SHA-512', hkdf512, hkdfSha512],
  ] as const)
    it(name, () => {
      every(file, (test) => {
        const run = (): string => toHex(hkdf(fromHex(test.ikm), fromHex(test.salt), fromHex(test.info), test.size));
        // The invalid cases ask for more than 255 blocks.
        if (test.result === 'invalid') expect(run, `case ${test.tcId}`).to.throw();
        else expect(run(), `case ${test.tcId}`).to.equal(test.okm);
      });
    });

  it('HMAC-SHA-256', () => {
    every(hmac256, (test, group) => {
      // Half of the cases cut the tag short: a tag of ours is compared in that length here, never in the protocol.
      const tag = toHex(hmacSha256(fromHex(test.key), fromHex(test.msg))).slice(0, group.tagSize / 4);
      expect(tag === test.tag, `case ${test.tcId}`).to.equal(test.result === 'valid');
    });
  });

  it('Ed25519', () => {
    every(ed25519, (test, group) => {
      const valid = VerifyKey.from(fromHex(group.publicKey.pk))?.verifyBare(fromHex(test.sig), fromHex(test.msg));
      expect(valid ?? false, `case ${test.tcId}`).to.equal(test.result === 'valid');
    });
  });

  it("Ed25519 by the platform's own implementation", async () => {
    for (const group of ed25519.testGroups) {
      const key = VerifyKey.from(fromHex(group.publicKey.pk));
      for (const test of group.tests) {
        const valid = await key?.verifyBareNatively(fromHex(test.sig), fromHex(test.msg));
        expect(valid ?? false, `case ${test.tcId}`).to.equal(test.result === 'valid');
      }
    }
  });

  it('X25519; a shared secret of zeros is refused', () => {
    every(x25519, (test) => {
      const shared = x25519Agree(fromHex(test.private), fromHex(test.public));
      expect(shared && toHex(shared), `case ${test.tcId}`).to.equal(/^0+$/.test(test.shared) ? undefined : test.shared);
    });
  });

  it("X25519 by the platform's own implementation", async () => {
    for (const { tests } of x25519.testGroups)
      for (const test of tests) {
        const shared = await x25519AgreeNatively(fromHex(test.private), fromHex(test.public));
        const expected = /^0+$/.test(test.shared) ? undefined : test.shared;
        expect(shared && toHex(shared), `case ${test.tcId}`).to.equal(expected);
      }
  });

  it('XChaCha20-Poly1305; nonces of another length are refused', () => {
    every(xchacha, (test) => {
      const [key, nonce, data, plain] = [test.key, test.iv, test.aad, test.msg].map(fromHex) as [
        Uint8Array,
        Uint8Array,
        Uint8Array,
        Uint8Array,
      ];
      const box = fromHex(test.ct + test.tag);
      const opened = open(key, nonce, box, data);
      if (test.result === 'valid') {
        expect(toHex(seal(key, nonce, plain, data)), `case ${test.tcId}`).to.equal(test.ct + test.tag);
        expect(opened && toHex(opened), `case ${test.tcId}`).to.equal(test.msg);
      } else expect(opened, `case ${test.tcId}`).to.equal(undefined);
    });
  });

  // Not used by itself: the core of XChaCha20-Poly1305, from the same library.
  it('ChaCha20-Poly1305', () => {
    every(chacha, (test) => {
      const run = (): Uint8Array =>
        chacha20poly1305(fromHex(test.key), fromHex(test.iv), fromHex(test.aad)).decrypt(fromHex(test.ct + test.tag));
      if (test.result === 'valid') expect(toHex(run()), `case ${test.tcId}`).to.equal(test.msg);
      else expect(run, `case ${test.tcId}`).to.throw();
    });
  });

  // The next three test the half of X-Wing that the draft's few vectors hardly touch.
  it('ML-KEM-768 key generation', () => {
    every(keygen, (test) => {
      const { publicKey, secretKey } = ml_kem768.keygen(fromHex(test.seed));
      expect(toHex(publicKey) === test.ek && toHex(secretKey) === test.dk, `case ${test.tcId}`).to.equal(true);
    });
  });

  it('ML-KEM-768 encapsulation', () => {
    every(encaps, (test) => {
      const run = (): { cipherText: Uint8Array; sharedSecret: Uint8Array } =>
        ml_kem768.encapsulate(fromHex(test.ek), fromHex(test.m));
      if (test.result === 'valid') {
        const { cipherText, sharedSecret } = run();
        expect(toHex(cipherText) === test.c && toHex(sharedSecret) === test.K, `case ${test.tcId}`).to.equal(true);
      } else expect(run, `case ${test.tcId}`).to.throw();
    });
  });

  it('ML-KEM-768 decapsulation', () => {
    every(mlkem, (test) => {
      const run = (): Uint8Array => {
        const { publicKey, secretKey } = ml_kem768.keygen(fromHex(test.seed));
        if (test.ek) expect(equal(publicKey, fromHex(test.ek))).to.equal(true);
        return ml_kem768.decapsulate(fromHex(test.c), secretKey);
      };
      if (test.result === 'valid') expect(toHex(run()), `case ${test.tcId}`).to.equal(test.K);
      else expect(run, `case ${test.tcId}`).to.throw();
    });
  });
});
