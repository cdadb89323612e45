import type { Bytes } from '../../base/index.js';
import type { Purpose } from '../../crypto/purpose.js';
import type { SecurityCode } from '../key-provider.js';

export type MaybePromise<T> = T | Promise<T>;

export interface KeyPair {
  readonly publicKey: Bytes;
  readonly secretKey: Bytes;
}

/**
 * The cryptography the protocol stands on. Injected for one reason: the simulator also runs thousands of meetings with
 * fast stand-ins (`keys/testing`), and some of them with the real thing. Applications use {@link realPrimitives}.
 *
 * Every function that takes a `purpose` works on `sm/1 ` ‖ purpose ‖ NUL ‖ content, so that nothing made for one
 * purpose is valid for another.
 */
export interface Primitives {
  /** SHA-256, 32 bytes. */
  hash(purpose: Purpose, content: Uint8Array): Bytes;
  /** HKDF-SHA-256 (RFC 5869) to 32 bytes; info is purpose and content. */
  derive(secret: Uint8Array, salt: Uint8Array, purpose: Purpose, content: Uint8Array): Bytes;
  /** HMAC-SHA-256 (RFC 2104), 32 bytes. */
  mac(key: Uint8Array, purpose: Purpose, content: Uint8Array): Bytes;
  /** What `MeetingIdentityKey.sign` is given for this purpose and content. */
  signed(purpose: Purpose, content: Uint8Array): Bytes;
  /** Ed25519 with the verdicts of the protocol: same answer on every platform. */
  verify(publicKey: Uint8Array, purpose: Purpose, content: Uint8Array, signature: Uint8Array): MaybePromise<boolean>;
  /** Seals 32 bytes under a key that is used once; 48 bytes, and the chain's next key. */
  seal(
    key: Uint8Array,
    additional: Uint8Array,
    plaintext: Uint8Array,
  ): { readonly sealed: Bytes; readonly next: Bytes };
  /** Undefined when it does not open. */
  open(
    key: Uint8Array,
    additional: Uint8Array,
    sealed: Uint8Array,
  ): { readonly plaintext: Bytes; readonly next: Bytes } | undefined;
  /** The chain's next key, of one that is passed over. */
  next(key: Uint8Array): Bytes;
  /** X-Wing key pair from a 32-byte seed; public key 1,216 bytes. */
  kemKeys(seed: Uint8Array): MaybePromise<KeyPair>;
  /** Ciphertext 1,120 bytes and shared secret 32 bytes, from 64 random bytes. @throws on a malformed key. */
  encapsulate(
    publicKey: Uint8Array,
    random: Uint8Array,
  ): MaybePromise<{ readonly ciphertext: Bytes; readonly secret: Bytes }>;
  /** The shared secret, 32 bytes. @throws on a malformed ciphertext. */
  decapsulate(secretKey: Uint8Array, ciphertext: Uint8Array): MaybePromise<Bytes>;
  /** X25519 key pair from a 32-byte seed. */
  messageKeys(seed: Uint8Array): MaybePromise<KeyPair>;
  /** X25519 shared secret. @throws on a small-order key. */
  agree(secretKey: Uint8Array, publicKey: Uint8Array): MaybePromise<Bytes>;
  /** Gives the page its turn; called between slices of work that would be a long task in one piece. */
  turn(): MaybePromise<void>;
  /** Argon2id(ik, salt = hash of meeting and instance), six groups of five digits. Slow by design. */
  securityCode(ik: Uint8Array, meeting: string, instance: Uint8Array): Promise<SecurityCode>;
}

export const KEM_KEY_LENGTH = 1216;
export const KEM_CIPHERTEXT_LENGTH = 1120;
