/** SHA-2 and HMAC with a purpose in front. The bare functions are for published vectors and other standards. */
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 as nobleSha256, sha512 as nobleSha512 } from '@noble/hashes/sha2.js';
import { equalSecret, owned, type Bytes } from '../base/index.js';
import { purposed, type Purpose } from './purpose.js';

/** SHA-256 (FIPS 180-4): 32 bytes. */
export function sha256(data: Uint8Array): Bytes {
  return owned(nobleSha256(data));
}

/** SHA-512 (FIPS 180-4): 64 bytes. */
export function sha512(data: Uint8Array): Bytes {
  return owned(nobleSha512(data));
}

/** HMAC-SHA-256 (RFC 2104): 32 bytes. */
export function hmacSha256(key: Uint8Array, data: Uint8Array): Bytes {
  return owned(hmac(nobleSha256, key, data));
}

/** SHA-256 over the purpose's label and `content`: 32 bytes. */
export function hash(purpose: Purpose, content: Uint8Array): Bytes {
  return sha256(purposed(purpose, content));
}

/** HMAC-SHA-256 over the purpose's label and `content`: 32 bytes. `key`: 32 bytes, used for one purpose only. */
export function mac(purpose: Purpose, key: Uint8Array, content: Uint8Array): Bytes {
  return hmacSha256(key, purposed(purpose, content));
}

/** Whether `tag` is the {@link mac}; in a time that does not depend on where they differ. */
export function checkMac(purpose: Purpose, key: Uint8Array, content: Uint8Array, tag: Uint8Array): boolean {
  return equalSecret(mac(purpose, key, content), tag);
}
