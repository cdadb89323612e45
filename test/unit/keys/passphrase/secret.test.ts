import { expect } from 'chai';
import { SecureMeetingError, toHex } from '../../../../src/base/index.js';
import { checkSecret, createLinkSecret } from '../../../../src/keys/index.js';
import { groupSecret } from '../../../../src/keys/passphrase/secret.js';

const code = (run: () => void): string | undefined => {
  try {
    run();
    return undefined;
  } catch (error) {
    return error instanceof SecureMeetingError ? error.code : 'not ours';
  }
};

describe('the secret of a meeting', () => {
  it('is a link part of 128 random bits in 22 characters', () => {
    const made = new Set(Array.from({ length: 50 }, () => createLinkSecret()));
    expect(made.size).to.equal(50);
    for (const value of made) {
      expect(value).to.match(/^[A-Za-z0-9_-]{22}$/);
      expect(code(() => checkSecret({ kind: 'link', value }))).to.equal(undefined);
    }
  });

  it('is refused with the reason when it is missing, too short, or cut off', () => {
    const link = createLinkSecret();
    expect(code(() => checkSecret(undefined))).to.equal('key-missing');
    expect(code(() => checkSecret({ kind: 'link', value: '' }))).to.equal('key-missing');
    expect(code(() => checkSecret({ kind: 'phrase', value: '  \n' }))).to.equal('key-missing');
    expect(code(() => checkSecret({ kind: 'phrase', value: ' seven77 ' }))).to.equal('key-short');
    expect(code(() => checkSecret({ kind: 'phrase', value: 'x'.repeat(1025) }))).to.equal('config-invalid');
    for (let length = 1; length < link.length; length++)
      expect(code(() => checkSecret({ kind: 'link', value: link.slice(0, length) }))).to.equal('key-link-incomplete');
    expect(code(() => checkSecret({ kind: 'link', value: `${link.slice(0, 21)}+` }))).to.equal('key-link-incomplete');
  });

  it('depends on kind, value and meeting', async () => {
    const value = createLinkSecret();
    const all = await Promise.all([
      groupSecret({ kind: 'link', value }, 'a'),
      groupSecret({ kind: 'link', value }, 'b'),
      groupSecret({ kind: 'link', value: createLinkSecret() }, 'a'),
      groupSecret({ kind: 'phrase', value }, 'a'),
      groupSecret({ kind: 'phrase', value }, 'b'),
    ]);
    expect(new Set(all.map(toHex)).size).to.equal(all.length);
  });

  it('is the same phrase with white space around it and in another Unicode form', async () => {
    const composed = await groupSecret({ kind: 'phrase', value: 'caf\u00e9 au lait' }, 'a');
    const other = await groupSecret({ kind: 'phrase', value: ' cafe\u0301 au lait\n' }, 'a');
    expect(toHex(composed)).to.equal(toHex(other));
  });
});
