import { expect } from 'chai';
import { equal, utf8 } from '../../../src/base/index.js';
import {
  bindingOf,
  codeGroups,
  open,
  seal,
  securityCode,
  slowHash,
  x25519Agree,
  x25519PublicKey,
} from '../../../src/crypto/index.js';

describe('the sealed box', () => {
  const key = new Uint8Array(32).fill(1);
  const nonce = new Uint8Array(24).fill(2);
  const data = utf8('data');

  it('opens with the same key, nonce and data only', () => {
    const box = seal(key, nonce, utf8('hello'), data);
    const opened = open(key, nonce, box, data);
    expect(opened && equal(opened, utf8('hello'))).to.equal(true);
    expect(open(nonce.slice(0, 24), nonce, box, data)).to.equal(undefined);
    expect(open(new Uint8Array(32), nonce, box, data)).to.equal(undefined);
    expect(open(key, new Uint8Array(24), box, data)).to.equal(undefined);
    expect(open(key, nonce, box, utf8('date'))).to.equal(undefined);
    expect(open(key, nonce, box.subarray(1), data)).to.equal(undefined);
    expect(open(key, nonce, new Uint8Array(15), data)).to.equal(undefined);
    for (let i = 0; i < box.length; i++) {
      const bent = box.slice();
      bent[i] = (bent[i] as number) ^ 1;
      expect(open(key, nonce, bent, data)).to.equal(undefined);
    }
  });

  it('agrees by X25519 and refuses a key of small order', () => {
    const a = new Uint8Array(32).fill(3);
    const b = new Uint8Array(32).fill(4);
    const ab = x25519Agree(a, x25519PublicKey(b));
    const ba = x25519Agree(b, x25519PublicKey(a));
    expect(ab && ba && equal(ab, ba)).to.equal(true);
    expect(x25519Agree(a, new Uint8Array(32))).to.equal(undefined);
    expect(x25519Agree(a, new Uint8Array(31))).to.equal(undefined);
  });
});

describe('a binding', () => {
  it('changes with every part', () => {
    const part = { meeting: 'm', identity: 'a', ik: new Uint8Array(32), nonce: new Uint8Array(16) };
    const all = [
      part,
      { ...part, meeting: 'n' },
      { ...part, identity: 'b' },
      { ...part, meeting: 'ma', identity: 'x' },
      { ...part, ik: new Uint8Array(32).fill(1) },
      { ...part, nonce: new Uint8Array(16).fill(1) },
    ].map((each) => String(bindingOf(each)));
    expect(new Set(all).size).to.equal(all.length);
    expect(() => bindingOf({ ...part, identity: '' })).to.throw(RangeError);
  });
});

describe('the security code', () => {
  it('is six groups of five digits, each from five bytes', () => {
    const h = new Uint8Array(32);
    expect(codeGroups(h)).to.deep.equal(['00000', '00000', '00000', '00000', '00000', '00000']);
    h.set([0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 7]);
    expect(codeGroups(h).slice(0, 2)).to.deep.equal([String((2 ** 40 - 1) % 100_000).padStart(5, '0'), '00007']);
  });

  it('differs with key, meeting and instance', async () => {
    const ik = new Uint8Array(32).fill(1);
    const codes = await Promise.all([
      securityCode(ik, 'm', new Uint8Array(32)),
      securityCode(ik, 'n', new Uint8Array(32)),
      securityCode(ik, 'm', new Uint8Array(32).fill(1)),
      securityCode(new Uint8Array(32).fill(2), 'm', new Uint8Array(32)),
    ]);
    expect(new Set(codes.map(String)).size).to.equal(4);
    for (const code of codes) expect(code.join(' ')).to.match(/^(\d{5} ){5}\d{5}$/);
  });

  it('lets the page paint while it hashes', async () => {
    // Frames in a browser, timers in Node: what a busy page would starve.
    const next = globalThis.requestAnimationFrame?.bind(globalThis) ?? ((run: () => void) => setTimeout(run, 1));
    let turns = 0;
    let over = false;
    const beat = (): void => {
      turns++;
      if (!over) next(beat);
    };
    next(beat);
    await slowHash(new Uint8Array(32), new Uint8Array(32));
    over = true;
    expect(turns).to.be.greaterThan(0);
  });
});
