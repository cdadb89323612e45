/**
 * X-Wing by the platform's ML-KEM-768 and X25519 where it has both (WICG, Modern Algorithms in the Web Cryptography API),
 * else by @noble: the same bytes, and the same verdicts. A page makes one key and opens one ciphertext in a join, and code
 * that runs once is slow: by @noble that is a tenth of a second in which nothing else of the page runs.
 */
import { concat, owned, SecureMeetingError, wipe, type Bytes } from '../base/index.js';
import { XWING_CIPHERTEXT_LENGTH, XWING_PUBLIC_LENGTH } from './lengths.js';
import { x25519AgreeNatively, x25519PublicKeyNatively, X25519_LENGTH } from './x25519.js';
import { xwingExpand, xwingSecret } from './xwing-parts.js';
import type { Encapsulation } from './xwing.js';

type Noble = typeof import('./xwing.js');

/** What TypeScript's library does not describe yet. */
interface MlKem {
  importKey(
    format: 'raw-seed' | 'raw-public',
    key: Bytes,
    algorithm: 'ML-KEM-768',
    extractable: boolean,
    usages: readonly ('encapsulateBits' | 'decapsulateBits')[],
  ): Promise<CryptoKey>;
  getPublicKey(key: CryptoKey, usages: readonly 'encapsulateBits'[]): Promise<CryptoKey>;
  exportKey(format: 'raw-public', key: CryptoKey): Promise<ArrayBuffer>;
  encapsulateBits(
    algorithm: 'ML-KEM-768',
    key: CryptoKey,
  ): Promise<{ readonly ciphertext: ArrayBuffer; readonly sharedKey: ArrayBuffer }>;
  decapsulateBits(algorithm: 'ML-KEM-768', key: CryptoKey, ciphertext: Bytes): Promise<ArrayBuffer>;
}
const NAME = 'ML-KEM-768';
const subtle = (): MlKem => crypto.subtle as unknown as MlKem;
/** Whatever the platform can't do or refuses, @noble does or judges. It is loaded for that: most who join need it never. */
const orElse = <T>(natively: Promise<T>, byNoble: (noble: Noble) => T): Promise<T> =>
  natively.catch(async () => byNoble(await loadNoble()));

/** @throws SecureMeetingError `load-failed` */
const loadNoble = (): Promise<Noble> =>
  import('./xwing.js').catch((cause: unknown) => {
    throw new SecureMeetingError('load-failed', { cause });
  });

/** As `xwingPublicKey` of `xwing.js`. */
export function xwingPublicKeyNatively(seed: Uint8Array): Promise<Bytes> {
  return orElse(publicKey(seed), (noble) => noble.xwingPublicKey(seed));
}

/** As `xwingEncapsulate`; ML-KEM's half of `random` is used only where the platform has no ML-KEM. */
export function xwingEncapsulateNatively(
  publicKey: Uint8Array,
  random: Uint8Array,
): Promise<Encapsulation | undefined> {
  return orElse(encapsulate(publicKey, random), (noble) => noble.xwingEncapsulate(publicKey, random));
}

/** As `xwingDecapsulate`. */
export function xwingDecapsulateNatively(ciphertext: Uint8Array, seed: Uint8Array): Promise<Bytes | undefined> {
  return orElse(decapsulate(ciphertext, seed), (noble) => noble.xwingDecapsulate(ciphertext, seed));
}

async function publicKey(seed: Uint8Array): Promise<Bytes> {
  const [mlKemSeed, dhKey] = xwingExpand(seed);
  try {
    const key = await subtle().importKey('raw-seed', mlKemSeed, NAME, false, ['decapsulateBits']);
    const own = subtle().getPublicKey(key, ['encapsulateBits']);
    const [mlKem, dh] = await Promise.all([
      own.then((made) => subtle().exportKey('raw-public', made)),
      x25519PublicKeyNatively(dhKey),
    ]);
    return concat(new Uint8Array(mlKem), dh);
  } finally {
    wipe(mlKemSeed, dhKey);
  }
}

async function encapsulate(theirs: Uint8Array, random: Uint8Array): Promise<Encapsulation | undefined> {
  if (theirs.length !== XWING_PUBLIC_LENGTH) return undefined;
  const at = XWING_PUBLIC_LENGTH - X25519_LENGTH;
  const [mlKemKey, dhKey] = [owned(theirs.subarray(0, at)), theirs.subarray(at)];
  const key = await subtle().importKey('raw-public', mlKemKey, NAME, false, ['encapsulateBits']);
  const secretKey = random.slice(32);
  const [made, ephemeral, dh] = await Promise.all([
    subtle().encapsulateBits(NAME, key),
    x25519PublicKeyNatively(secretKey),
    x25519AgreeNatively(secretKey, dhKey),
  ]);
  const mlKem = new Uint8Array(made.sharedKey);
  const secret = dh && xwingSecret(mlKem, dh, ephemeral, dhKey);
  wipe(secretKey, mlKem, ...(dh ? [dh] : []));
  return secret && { ciphertext: concat(new Uint8Array(made.ciphertext), ephemeral), secret };
}

async function decapsulate(ciphertext: Uint8Array, seed: Uint8Array): Promise<Bytes | undefined> {
  if (ciphertext.length !== XWING_CIPHERTEXT_LENGTH) return undefined;
  const at = XWING_CIPHERTEXT_LENGTH - X25519_LENGTH;
  const [mlKemCiphertext, ephemeral] = [owned(ciphertext.subarray(0, at)), ciphertext.subarray(at)];
  const [mlKemSeed, dhKey] = xwingExpand(seed);
  try {
    const key = await subtle().importKey('raw-seed', mlKemSeed, NAME, false, ['decapsulateBits']);
    const [shared, own, dh] = await Promise.all([
      subtle().decapsulateBits(NAME, key, mlKemCiphertext),
      x25519PublicKeyNatively(dhKey),
      x25519AgreeNatively(dhKey, ephemeral),
    ]);
    const mlKem = new Uint8Array(shared);
    const secret = dh && xwingSecret(mlKem, dh, ephemeral, own);
    wipe(mlKem, ...(dh ? [dh] : []));
    return secret;
  } finally {
    wipe(mlKemSeed, dhKey);
  }
}
