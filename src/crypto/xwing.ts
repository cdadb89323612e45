/**
 * X-Wing (draft-connolly-cfrg-xwing-kem): X25519 and ML-KEM-768 in one KEM; stays closed while either holds.
 * Not in the room's index: only `leader` needs it, and loads it with itself.
 */
import { x25519 } from '@noble/curves/ed25519.js';
import { shake256 } from '@noble/hashes/sha3.js';
import { _ecdhKem, combineKEMS, expandSeedXof } from '@noble/post-quantum/hybrid.js';
import { ml_kem768 } from '@noble/post-quantum/ml-kem.js';
import { owned, type Bytes } from '../base/index.js';
import { XWING_CIPHERTEXT_LENGTH, XWING_PUBLIC_LENGTH } from './lengths.js';
import { x25519PublicKey } from './x25519.js';
import { xwingSecret } from './xwing-parts.js';

/** noble's X25519 with public keys by the ladder; see {@link x25519PublicKey}. */
const ladder = {
  ...x25519,
  getPublicKey: x25519PublicKey,
  keygen: (seed: Uint8Array = x25519.utils.randomSecretKey()) => {
    const secretKey = Uint8Array.from(seed);
    return { secretKey, publicKey: x25519PublicKey(secretKey) };
  },
};

/** noble's own `ml_kem768_x25519`, which differs in nothing but the way to an X25519 public key. */
const kem = /* @__PURE__ */ (() =>
  combineKEMS(
    32,
    32,
    expandSeedXof(shake256),
    (publicKeys: Uint8Array[], ciphertexts: Uint8Array[], secrets: Uint8Array[]) =>
      xwingSecret(...(secrets as [Uint8Array, Uint8Array]), ciphertexts[1] as Uint8Array, publicKeys[1] as Uint8Array),
    ml_kem768,
    _ecdhKem(ladder),
  ))();

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
