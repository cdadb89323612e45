/** From a secret in text to the group secret. */
import { utf8, wipe, type Bytes } from '../../base/index.js';
import { derive, hash, slowHash } from '../../crypto/index.js';
import { checkSecret, linkBytes, phraseText, type PassphraseSecret } from './secret-text.js';

/**
 * The group secret of a meeting, 32 bytes. A link secret takes one HKDF, a phrase one Argon2id (19 MiB, 2 passes) that
 * lets the page paint. The caller overwrites the result when done.
 * @throws SecureMeetingError as {@link checkSecret}
 */
export async function groupSecret(secret: PassphraseSecret | undefined, meeting: string): Promise<Bytes> {
  checkSecret(secret);
  const { kind, value } = secret;
  const salt = hash(kind === 'link' ? 'meeting' : 'passphrase phrase salt', utf8(meeting));
  const input = kind === 'link' ? linkBytes(value) : await slowHash(utf8(phraseText(value)), salt);
  try {
    return derive(kind === 'link' ? 'passphrase link' : 'passphrase phrase', input, { salt });
  } finally {
    wipe(input);
  }
}
