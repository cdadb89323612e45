/** X25519 (RFC 7748). By @noble everywhere: WebKit can't store such WebCrypto keys, and these live for one meeting. */
import { x25519 } from '@noble/curves/ed25519.js';
import { owned, type Bytes } from '../base/index.js';

export const X25519_LENGTH = 32;

/**
 * The public key of 32 random bytes. By the ladder: noble's own way builds a table first, which at 40–80 ms costs a page
 * that makes one key more than twenty times what it saves.
 */
export function x25519PublicKey(secretKey: Uint8Array): Bytes {
  return owned(x25519.scalarMult(secretKey, x25519.GuBytes));
}

/**
 * The shared secret, 32 bytes. Undefined when it is all zero (RFC 7748 §6.1), that is, for a peer's key of small order,
 * and for a public key that is not 32 bytes. The caller hashes it with both public keys or both senders' names.
 */
export function x25519Agree(secretKey: Uint8Array, publicKey: Uint8Array): Bytes | undefined {
  if (publicKey.length !== X25519_LENGTH) return undefined;
  try {
    return owned(x25519.getSharedSecret(secretKey, publicKey));
  } catch {
    return undefined;
  }
}
