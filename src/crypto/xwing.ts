/**
 * X-Wing (draft-connolly-cfrg-xwing-kem): X25519 and ML-KEM-768 in one KEM; stays closed while either holds.
 * Not in the room's index: only `leader` needs it, and loads it with itself.
 */
import { ml_kem768_x25519 as kem } from '@noble/post-quantum/hybrid.js';
import { owned, type Bytes } from '../base/index.js';

export const XWING_PUBLIC_LENGTH = 1216;
export const XWING_CIPHERTEXT_LENGTH = 1120;
/** Random bytes that one encapsulation uses up: 32 for ML-KEM, 32 for X25519. */
export const XWING_ENCAPSULATION_RANDOM = 64;

/** The public key of a decapsulation key: a seed of 32 random bytes. */
export function xwingPublicKey(seed: Uint8Array): Bytes {
  return owned(kem.keygen(seed).publicKey);
}

export interface Encapsulation {
  /** 1,120 bytes, public. */
  readonly ciphertext: Bytes;
  /** 32 bytes. */
  readonly secret: Bytes;
}

/**
 * A fresh secret for the holder of `publicKey`; undefined when that is malformed (length, or FIPS 203 §7.2's check).
 * Authenticates nobody.
 * @param random 64 random bytes, used once
 */
export function xwingEncapsulate(publicKey: Uint8Array, random: Uint8Array): Encapsulation | undefined {
  if (publicKey.length !== XWING_PUBLIC_LENGTH) return undefined;
  try {
    const { cipherText, sharedSecret } = kem.encapsulate(publicKey, random);
    return { ciphertext: owned(cipherText), secret: owned(sharedSecret) };
  } catch {
    return undefined;
  }
}

/**
 * The secret of `ciphertext`; undefined only when that has another length. A ciphertext for another key gives an
 * unrelated secret (implicit rejection), never an error.
 */
export function xwingDecapsulate(ciphertext: Uint8Array, seed: Uint8Array): Bytes | undefined {
  if (ciphertext.length !== XWING_CIPHERTEXT_LENGTH) return undefined;
  try {
    return owned(kem.decapsulate(ciphertext, seed));
  } catch {
    return undefined;
  }
}
