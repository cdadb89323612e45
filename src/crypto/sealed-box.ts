/** XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03): nonces long enough to be random under one key. */
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { owned, type Bytes } from '../base/index.js';

export const BOX_KEY_LENGTH = 32;
export const BOX_NONCE_LENGTH = 24;
export const BOX_TAG_LENGTH = 16;

/**
 * Ciphertext and 16-byte tag of `plaintext`.
 * @param key 32 bytes
 * @param nonce 24 random bytes, never twice under one key
 * @param data additional data, authenticated and not sent
 * @throws RangeError for a key or nonce of another length
 */
export function seal(key: Uint8Array, nonce: Uint8Array, plaintext: Uint8Array, data: Uint8Array): Bytes {
  return owned(xchacha20poly1305(key, nonce, data).encrypt(plaintext));
}

/** What {@link seal} sealed; undefined when key, nonce, additional data or a bit of `box` differ. */
export function open(key: Uint8Array, nonce: Uint8Array, box: Uint8Array, data: Uint8Array): Bytes | undefined {
  if (key.length !== BOX_KEY_LENGTH || nonce.length !== BOX_NONCE_LENGTH || box.length < BOX_TAG_LENGTH)
    return undefined;
  try {
    return owned(xchacha20poly1305(key, nonce, data).decrypt(box));
  } catch {
    return undefined;
  }
}
