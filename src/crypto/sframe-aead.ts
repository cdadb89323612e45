/** AES-GCM by WebCrypto, with a tag of 16 bytes: the one place where frames meet a cipher. */
import type { Bytes } from '../base/index.js';

/** Nt of RFC 9605 §4.5, bytes. */
export const TAG_LENGTH = 16;

/** Ciphertext ‖ tag. Never twice with one `iv` under one `key`. */
export function aeadSeal(key: CryptoKey, iv: Bytes, additionalData: Bytes, plaintext: Bytes): Promise<ArrayBuffer> {
  return crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData }, key, plaintext);
}

/** Rejects when `sealed` does not authenticate; nothing tells why. */
export function aeadOpen(key: CryptoKey, iv: Bytes, additionalData: Bytes, sealed: Bytes): Promise<ArrayBuffer> {
  return crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData }, key, sealed);
}
