/** The secrets a meeting can start from, as text: without cryptography, so that a prejoin can check and make them. */
import { SecureMeetingError, fromBase64Url, toBase64Url, wipe, type Bytes } from '../../base/index.js';

/** Random bytes in a link secret that we make: 128 bits, 22 characters of base64url. */
export const LINK_SECRET_LENGTH = 16;

/** Most bytes of a link secret that a site made itself. */
const LINK_SECRET_MAX = 64;

/** Characters a phrase needs at least, white space around it not counted. */
export const PHRASE_MIN = 8;
const PHRASE_MAX = 1024;

/** `link`: base64url from the invitation. `phrase`: what people agreed on; stretched, but no better than they chose it. */
export interface PassphraseSecret {
  readonly kind: 'link' | 'phrase';
  readonly value: string;
}

/** A new secret for an invitation link: 22 characters. `random` gives cryptographically random bytes. */
export function createLinkSecret(random: (length: number) => Uint8Array = ownRandom): string {
  return toBase64Url(random(LINK_SECRET_LENGTH));
}

const ownRandom = (length: number): Bytes => crypto.getRandomValues(new Uint8Array(length));

/**
 * Throws when `secret` can't work, before anything is joined; costs nothing.
 * @throws SecureMeetingError `key-missing`: none or empty; `key-short`: a phrase under 8 characters; `config-invalid`: a
 *   phrase over 1,024; `key-link-incomplete`: a link secret that is cut off or not base64url of 16–64 bytes.
 */
export function checkSecret(secret: PassphraseSecret | undefined): asserts secret is PassphraseSecret {
  if (!secret?.value.trim()) throw new SecureMeetingError('key-missing');
  if (secret.kind === 'link') wipe(linkBytes(secret.value));
  else phraseText(secret.value);
}

/** What two people mean by the same phrase: composed (NFC), without white space around it. */
export function phraseText(value: string): string {
  const text = value.trim().normalize('NFC');
  if (text.length < PHRASE_MIN) throw new SecureMeetingError('key-short');
  if (text.length > PHRASE_MAX)
    throw new SecureMeetingError('config-invalid', { message: 'the passphrase is over 1,024 characters' });
  return text;
}

export function linkBytes(value: string): Bytes {
  let bytes: Bytes;
  try {
    bytes = fromBase64Url(value.trim());
  } catch {
    throw new SecureMeetingError('key-link-incomplete');
  }
  if (bytes.length >= LINK_SECRET_LENGTH && bytes.length <= LINK_SECRET_MAX) return bytes;
  wipe(bytes);
  throw new SecureMeetingError('key-link-incomplete');
}
