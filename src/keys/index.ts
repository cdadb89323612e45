/** Keys room: the key-provider contract. Each built-in provider is a folder beside it, loaded when it is used. */
import type { KeyProviderFactory } from './key-provider.js';
import type { PassphraseSecret } from './passphrase/secret-text.js';

export { DEFAULT_PROVIDER } from './default-provider.js';
export * from './key-provider.js';
export { checkSecret, createLinkSecret, type PassphraseSecret } from './passphrase/secret-text.js';

/** `passphrase`: see `checkSecret` for what the factory throws. */
export function passphraseProvider(secret: PassphraseSecret | undefined): KeyProviderFactory {
  return async () => new (await import('./passphrase/provider.js')).PassphraseProvider(secret);
}

/** `external`: keys come by `setKey`. */
export function externalProvider(): KeyProviderFactory {
  return async () => new (await import('./external/provider.js')).ExternalProvider();
}
