import { expect } from 'chai';
import {
  concat,
  equal,
  equalSecret,
  fromBase64Url,
  fromHex,
  toBase64Url,
  toHex,
  utf8,
} from '../../../src/base/index.js';

describe('base bytes', () => {
  it('turns every byte into hexadecimal and base64url, and back', () => {
    const all = Uint8Array.from({ length: 256 }, (_, i) => i);
    for (let length = 0; length <= 256; length++) {
      const bytes = all.subarray(0, length);
      expect(equal(fromHex(toHex(bytes)), bytes)).to.equal(true);
      expect(equal(fromBase64Url(toBase64Url(bytes)), bytes)).to.equal(true);
    }
  });

  it('refuses base64url that is padded, of another alphabet, or has stray bits at its end', () => {
    for (const bad of ['AA==', 'A', 'AB', 'A+', 'A/', 'A A'])
      expect(() => fromBase64Url(bad), bad).to.throw(RangeError);
  });

  it('compares by content and length', () => {
    for (const same of [equal, equalSecret]) {
      expect(same(utf8('abc'), utf8('abc'))).to.equal(true);
      expect(same(utf8('abc'), utf8('abd'))).to.equal(false);
      expect(same(utf8('abc'), utf8('ab'))).to.equal(false);
    }
    expect(toHex(concat(utf8('a'), utf8(''), utf8('bc')))).to.equal('616263');
  });
});
