import { expect } from 'chai';
import type { SecureMeetingError } from '../../../src/base/index.js';
import { keyProviderNames, makeProvider, registerKeyProvider } from '../../../src/defaults/providers.js';
import type { KeyProvider } from '../../../src/keys/index.js';

const codeOf = async (run: () => unknown): Promise<string | undefined> => {
  try {
    await run();
  } catch (error) {
    return (error as SecureMeetingError).code;
  }
  return undefined;
};

/** A page's own: only its identity matters here. */
const own = { name: 'own' } as KeyProvider;

describe('choosing a key provider', () => {
  it('takes a page’s own object, its factory, and a registered name', async () => {
    expect(await makeProvider({ room: 'weekly', keyProvider: own })).to.equal(own);
    expect(await makeProvider({ room: 'weekly', keyProvider: () => Promise.resolve(own) })).to.equal(own);
    registerKeyProvider('site-keys', () => own);
    expect(await makeProvider({ room: 'weekly', keyProvider: 'site-keys' })).to.equal(own);
    expect(keyProviderNames()).to.include.members(['passphrase', 'external', 'leader', 'site-keys']);
  });

  it('lets the participants make the key when nobody says otherwise', async () => {
    expect((await makeProvider({ room: 'weekly' })).name).to.equal('leader');
  });

  it('refuses a name that nobody registered', async () => {
    expect(await codeOf(() => makeProvider({ room: 'weekly', keyProvider: 'nobody' }))).to.equal(
      'config-provider-unknown',
    );
    // A name every object has is no provider either.
    expect(await codeOf(() => makeProvider({ room: 'weekly', keyProvider: 'constructor' }))).to.equal(
      'config-provider-unknown',
    );
  });

  it('lets nobody take a built-in name, a name twice, or a name that is no word', async () => {
    registerKeyProvider('once', () => own);
    for (const name of ['passphrase', 'once', 'Upper', '', 'a b'])
      expect(await codeOf(() => registerKeyProvider(name, () => own)), name).to.equal('config-invalid');
  });
});
