/** The SFrame key schedule, RFC 9605 §4.4.2, by WebCrypto: base key and KID in, AEAD key and salt out. */
import { concat, owned, utf8, wipe } from '../base/index.js';
import type { Bytes } from '../base/index.js';
import type { HeaderValue } from './sframe-header.js';

/** A cipher suite of RFC 9605 §4.5 that is an AEAD of WebCrypto. */
export interface FrameSuite {
  readonly id: number;
  readonly hash: 'SHA-256' | 'SHA-512';
  /** Nk, bytes. */
  readonly keyLength: 16 | 32;
}

/** Suite 5: the one this package sends and accepts. */
export const AES_256_GCM_SHA512_128: FrameSuite = { id: 5, hash: 'SHA-512', keyLength: 32 };

/** Nn of every suite, bytes. */
export const NONCE_LENGTH = 12;

/** What seals and opens the frames of one KID. */
export interface FrameKey {
  /** AES-GCM, not extractable. */
  readonly key: CryptoKey;
  /** {@link NONCE_LENGTH} bytes. */
  readonly salt: Bytes;
}

/** `text` ‖ KID as 8 bytes ‖ suite as 2 bytes. */
function infoOf(text: string, kid: HeaderValue, suite: FrameSuite): Bytes {
  const tail = new Uint8Array(10);
  const view = new DataView(tail.buffer);
  view.setBigUint64(0, BigInt(kid));
  view.setUint16(8, suite.id);
  return concat(utf8(text), tail);
}

/**
 * HKDF (RFC 5869): `length` bytes. `base`: WebCrypto `HKDF` key with the usage `deriveBits`. The protocol's salts are
 * all empty.
 * @throws DOMException `OperationError` beyond 255 blocks, `InvalidAccessError` when `base` is another kind of key.
 */
export async function expandBaseKey(
  base: CryptoKey,
  hash: FrameSuite['hash'],
  info: Uint8Array,
  length: number,
  salt: Bytes = new Uint8Array(0),
): Promise<Bytes> {
  return new Uint8Array(
    await crypto.subtle.deriveBits({ name: 'HKDF', hash, salt, info: owned(info) }, base, length * 8),
  );
}

/**
 * Key and salt of `kid` under `base`, a WebCrypto `HKDF` key with the usage `deriveBits`.
 * @throws DOMException `InvalidAccessError` when `base` is another kind of key.
 */
export async function deriveFrameKey(
  base: CryptoKey,
  kid: HeaderValue,
  suite: FrameSuite = AES_256_GCM_SHA512_128,
): Promise<FrameKey> {
  const [bits, salt] = await Promise.all([
    expandBaseKey(base, suite.hash, infoOf('SFrame 1.0 Secret key ', kid, suite), suite.keyLength),
    expandBaseKey(base, suite.hash, infoOf('SFrame 1.0 Secret salt ', kid, suite), NONCE_LENGTH),
  ]);
  const key = await crypto.subtle.importKey('raw', bits, 'AES-GCM', false, ['encrypt', 'decrypt']);
  wipe(bits);
  return { key, salt };
}
