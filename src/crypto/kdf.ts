/** HKDF-SHA-256 (RFC 5869) with a purpose as the beginning of its info; at once from bytes, or from a WebCrypto key. */
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { owned, type Bytes } from '../base/index.js';
import { purposed, type Purpose } from './purpose.js';

export interface DeriveOptions {
  /** Public; the empty salt of RFC 5869 §2.2 when absent. */
  readonly salt?: Uint8Array;
  /** What this key is for, beyond its purpose: whom, which meeting. Follows the purpose's label in the info. */
  readonly context?: Uint8Array;
  /** In bytes, 1–8,160; 32 when absent. */
  readonly length?: number;
}

const NOTHING = /* @__PURE__ */ new Uint8Array(0);

/** RFC 5869: extract with `salt`, expand with `info` to `length` bytes. @throws RangeError above 8,160 bytes. */
export function hkdfSha256(secret: Uint8Array, salt: Uint8Array, info: Uint8Array, length: number): Bytes {
  return owned(hkdf(sha256, secret, salt, info, length));
}

/** As {@link hkdfSha256} with SHA-512; up to 16,320 bytes. What RFC 9605's suite 5 uses. */
export function hkdfSha512(secret: Uint8Array, salt: Uint8Array, info: Uint8Array, length: number): Bytes {
  return owned(hkdf(sha512, secret, salt, info, length));
}

/** A key for `purpose` from secret bytes. The caller overwrites `secret` when it needs it no more. */
export function derive(purpose: Purpose, secret: Uint8Array, options: DeriveOptions = {}): Bytes {
  const info = purposed(purpose, options.context ?? NOTHING);
  return hkdfSha256(secret, options.salt ?? NOTHING, info, options.length ?? 32);
}

/**
 * The same bytes as {@link derive}, from bytes or from a non-extractable WebCrypto `HKDF` key with usage `deriveBits`.
 * @throws DOMException `InvalidAccessError` when the key is of another kind.
 */
export async function deriveFrom(
  purpose: Purpose,
  secret: Uint8Array | CryptoKey,
  options: DeriveOptions = {},
): Promise<Bytes> {
  if (secret instanceof Uint8Array) return derive(purpose, secret, options);
  const info = purposed(purpose, options.context ?? NOTHING);
  const salt = owned(options.salt ?? NOTHING);
  const algorithm = { name: 'HKDF', hash: 'SHA-256', salt, info };
  return new Uint8Array(await crypto.subtle.deriveBits(algorithm, secret, 8 * (options.length ?? 32)));
}

/** Imports secret bytes as a key that can only be derived from, and never be read again. Does not overwrite `secret`. */
export function importSecret(secret: Uint8Array): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', owned(secret), 'HKDF', false, ['deriveBits', 'deriveKey']);
}
