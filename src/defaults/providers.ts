import { SecureMeetingError, fromBase64Url } from '../base/index.js';
import {
  DEFAULT_PROVIDER,
  externalProvider,
  passphraseProvider,
  type KeyProvider,
  type KeyProviderFactory,
  type PassphraseSecret,
} from '../keys/index.js';
import type { SessionOptions } from '../session/index.js';
import { loadLeader } from './load.js';

const registered = new Map<string, KeyProviderFactory>();

/**
 * Makes a provider known by `name`, for the attribute `key-provider` and the option `keyProvider`. Built-in names can't
 * be taken, so that `passphrase` on a page means what the documentation says.
 * @throws SecureMeetingError `config-invalid` when the name is taken or is not a word of lower-case letters, digits and
 *   hyphens.
 */
export function registerKeyProvider(name: string, factory: KeyProviderFactory): void {
  if (!/^[a-z][a-z0-9-]{0,63}$/.test(name) || isBuiltIn(name) || registered.has(name))
    throw new SecureMeetingError('config-invalid', { message: `A key provider can't be registered as "${name}".` });
  registered.set(name, factory);
}

/** Names that can be used now: built in, and registered. */
export function keyProviderNames(): string[] {
  return [...Object.keys(builtIn), ...registered.keys()];
}

/** The provider the options ask for. @throws SecureMeetingError `config-provider-unknown`, `load-failed`. */
export async function makeProvider(options: SessionOptions): Promise<KeyProvider> {
  const wish = options.keyProvider ?? DEFAULT_PROVIDER;
  if (typeof wish === 'object') return wish;
  if (typeof wish === 'function') return wish();
  const own = registered.get(wish);
  if (own) return own();
  if (!isBuiltIn(wish)) throw new SecureMeetingError('config-provider-unknown');
  return (builtIn[wish] as (options: SessionOptions) => KeyProvider | Promise<KeyProvider>)(options);
}

const isBuiltIn = (name: string): boolean => Object.hasOwn(builtIn, name);

/** The attribute, property and link of the element all end here; a bare string is what a person typed or a page chose. */
const secretOf = ({ passphrase }: SessionOptions): PassphraseSecret | undefined =>
  typeof passphrase === 'string' ? { kind: 'phrase', value: passphrase } : passphrase;

const builtIn: Record<string, (options: SessionOptions) => KeyProvider | Promise<KeyProvider>> = {
  passphrase: (options) => passphraseProvider(secretOf(options))(),
  external: () => externalProvider()(),
  leader: async (options) => {
    const { createLeaderProvider } = await loadLeader();
    const secret = secretOf(options);
    // A link makes it stronger (who has no link learns nothing), a typed phrase would only look as if it did.
    return createLeaderProvider(secret?.kind === 'link' ? { linkSecret: fromBase64Url(secret.value) } : {});
  },
};
