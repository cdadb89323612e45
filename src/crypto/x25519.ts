/** X25519 (RFC 7748), by @noble or by the platform: the same bytes, and the same verdicts. */
import { x25519 } from '@noble/curves/ed25519.js';
import { concat, owned, wipe, type Bytes } from '../base/index.js';

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

/** What stands before the 32 bytes of a private key in the one form that WebCrypto takes (RFC 8410 §7). */
const PKCS8 = /* @__PURE__ */ Uint8Array.from([48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 110, 4, 34, 4, 32]);
const BASE = /* @__PURE__ */ Uint8Array.from({ length: X25519_LENGTH }, (_, i) => (i === 0 ? 9 : 0));

/** As {@link x25519PublicKey}, by the platform where it has X25519: code that runs once in a join is slow the first time. */
export async function x25519PublicKeyNatively(secretKey: Uint8Array): Promise<Bytes> {
  return (await ladderNatively(secretKey, BASE)) ?? x25519PublicKey(secretKey);
}

/** As {@link x25519Agree}, by the platform where it has X25519. What the platform refuses, @noble judges. */
export async function x25519AgreeNatively(secretKey: Uint8Array, publicKey: Uint8Array): Promise<Bytes | undefined> {
  return (await ladderNatively(secretKey, publicKey)) ?? x25519Agree(secretKey, publicKey);
}

async function ladderNatively(secretKey: Uint8Array, publicKey: Uint8Array): Promise<Bytes | undefined> {
  const encoded = concat(PKCS8, secretKey);
  try {
    const [mine, theirs] = await Promise.all([
      crypto.subtle.importKey('pkcs8', encoded, 'X25519', false, ['deriveBits']),
      crypto.subtle.importKey('raw', owned(publicKey), 'X25519', false, []),
    ]);
    return new Uint8Array(await crypto.subtle.deriveBits({ name: 'X25519', public: theirs }, mine, 256));
  } catch {
    return undefined;
  } finally {
    wipe(encoded);
  }
}
