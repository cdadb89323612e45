import { expect } from 'chai';
import { equal, utf8 } from '../../../src/base/index.js';
import { PURPOSES, derive, deriveFrom, hash, importSecret, label, mac } from '../../../src/crypto/index.js';

describe('purpose strings', () => {
  it('are distinct, of the allowed characters, and none is a prefix of another once encoded', () => {
    expect(new Set(PURPOSES).size).to.equal(PURPOSES.length);
    for (const purpose of PURPOSES) {
      expect(purpose).to.match(/^[a-z0-9][a-z0-9 -]*$/);
      expect(equal(label(purpose), utf8(`sm/1 ${purpose}\0`))).to.equal(true);
      for (const other of PURPOSES)
        if (other !== purpose)
          expect(equal(label(other).subarray(0, label(purpose).length), label(purpose))).to.equal(false);
    }
  });

  it('separate hashes, MACs and derived keys', () => {
    const seen = new Set<string>();
    const key = new Uint8Array(32).fill(1);
    for (const purpose of PURPOSES)
      for (const value of [hash(purpose, key), mac(purpose, key, key), derive(purpose, key)]) seen.add(String(value));
    expect(seen.size).to.equal(3 * PURPOSES.length);
  });

  it('derive the same from bytes and from a WebCrypto key that cannot be read', async () => {
    const secret = new Uint8Array(32).fill(7);
    const key = await importSecret(secret);
    expect(key.extractable).to.equal(false);
    const options = { salt: utf8('salt'), context: utf8('context'), length: 40 };
    for (const each of [{}, options]) {
      const bytes = derive('message key', secret, each);
      expect(equal(await deriveFrom('message key', key, each), bytes)).to.equal(true);
      expect(equal(await deriveFrom('message key', secret, each), bytes)).to.equal(true);
    }
  });
});
