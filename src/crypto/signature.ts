/**
 * Ed25519 (RFC 8032) with one verdict in every engine.
 *
 * RFC 8032 leaves room: libraries differ on points of small or mixed order and on other encodings of the same point, so
 * one member would take a message that another refuses. We accept exactly the signatures for which all of them agree:
 * - A is the canonical encoding of a point of prime order (checked once per key, by {@link VerifyKey.from});
 * - S < L;
 * - R is the canonical encoding of a point of prime order, and S·B = R + k·A.
 * With A of prime order, the equation without cofactor, which browsers and OpenSSL use, allows no R of mixed order; the
 * one with cofactor, which @noble uses, does, so there R is checked for torsion too.
 */
import { ed25519 } from '@noble/curves/ed25519.js';
import { equal, owned, toHex, type Bytes } from '../base/index.js';
import { purposed, type Purpose } from './purpose.js';

export const SIGNATURE_LENGTH = 64;
const PUBLIC_KEY_LENGTH = 32;

/** The field's prime 2²⁵⁵ − 19, little-endian. */
const P = /* @__PURE__ */ Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? 0xed : i === 31 ? 0x7f : 0xff));

/** y of the eight points of small order, canonical, little-endian; each with either sign of x. */
const SMALL_ORDER = /* @__PURE__ */ [
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '0000000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
];

/** The order of the base point (RFC 8032 §5.1), little-endian. */
const L = /* @__PURE__ */ Uint8Array.from([
  0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0, 0, 0,
  0, 0, 0, 0, 0, 0, 0, 0, 0x10,
]);

/** The verdicts on the keys asked for last: a check costs more than a signature's, and a provider and its session both ask. */
const checked = /* @__PURE__ */ new Map<string, VerifyKey | undefined>();
const CHECKED_MAX = 4_096;

/** A public key that passed the checks above. */
export class VerifyKey {
  /** 32 bytes, RFC 8032 §5.1.5. */
  readonly bytes: Bytes;
  #native: Promise<CryptoKey | undefined> | undefined;

  private constructor(bytes: Bytes) {
    this.bytes = bytes;
  }

  /** Undefined when `bytes` is not the canonical encoding of a point of prime order. About a millisecond, the first time. */
  static from(bytes: Uint8Array): VerifyKey | undefined {
    if (bytes.length !== PUBLIC_KEY_LENGTH) return undefined;
    const name = String.fromCharCode(...bytes);
    if (!checked.has(name)) {
      if (checked.size >= CHECKED_MAX) checked.delete(checked.keys().next().value as string);
      checked.set(name, primeOrder(bytes) ? new VerifyKey(new Uint8Array(bytes)) : undefined);
    }
    return checked.get(name);
  }

  /** Whether `signature` is this key's for `content` under `purpose`. Any lengths; never throws. */
  verify(purpose: Purpose, signature: Uint8Array, content: Uint8Array): boolean {
    return this.verifyBare(signature, purposed(purpose, content));
  }

  /** As {@link verify} without a purpose: for published vectors, and formats of others. */
  verifyBare(signature: Uint8Array, message: Uint8Array): boolean {
    if (!wellFormed(signature)) return false;
    try {
      // `zip215: false`: canonical encodings only.
      return ed25519.verify(signature, message, this.bytes, { zip215: false }) && primeOrder(signature.subarray(0, 32));
    } catch {
      return false;
    }
  }

  /** The same verdict by the platform's Ed25519 where it has one: several times faster, and off this thread. */
  async verifyNatively(purpose: Purpose, signature: Uint8Array, content: Uint8Array): Promise<boolean> {
    return this.verifyBareNatively(signature, purposed(purpose, content));
  }

  async verifyBareNatively(signature: Uint8Array, message: Uint8Array): Promise<boolean> {
    if (!wellFormed(signature)) return false;
    this.#native ??= importNative(this.bytes);
    const key = await this.#native;
    if (!key) return this.verifyBare(signature, message);
    try {
      return await crypto.subtle.verify('Ed25519', key, owned(signature), owned(message));
    } catch {
      return this.verifyBare(signature, message);
    }
  }
}

async function importNative(bytes: Bytes): Promise<CryptoKey | undefined> {
  try {
    return await crypto.subtle.importKey('raw', bytes, 'Ed25519', false, ['verify']);
  } catch {
    return undefined;
  }
}

/** Whether `encoded` is the canonical encoding of a point of prime order: not the identity, no torsion. */
function primeOrder(encoded: Uint8Array): boolean {
  try {
    const point = ed25519.Point.fromBytes(encoded, false);
    return !point.is0() && point.isTorsionFree() && equal(point.toBytes(), encoded);
  } catch {
    return false;
  }
}

/** Everything about a signature that can be told without arithmetic: S < L, R canonical and not of small order. */
function wellFormed(signature: Uint8Array): boolean {
  if (signature.length !== SIGNATURE_LENGTH || !below(signature.subarray(32), L)) return false;
  const y = signature.slice(0, 32);
  y[31] = (y[31] as number) & 0x7f; // the top bit is the sign of x
  return below(y, P) && !SMALL_ORDER.includes(toHex(y));
}

/** a < b, both 32 bytes, little-endian. The values are public. */
function below(a: Uint8Array, b: Uint8Array): boolean {
  for (let i = 31; i >= 0; i--) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
