import { concat, toHex, utf8, type Bytes } from '../../base/index.js';
import type { MeetingIdentityKey, SecurityCode } from '../key-provider.js';
import { KEM_CIPHERTEXT_LENGTH, KEM_KEY_LENGTH, type Primitives } from '../leader/primitives.js';
import { digest } from './digest.js';

/**
 * Stand-ins for the leader provider's cryptography: ideal functions with the right lengths, a hundred times faster. They
 * protect nothing; they only let thousands of simulated meetings run. The same meetings also run with the real ones.
 */
export function standIns(): Primitives {
  return {
    hash: (purpose, content) => digest(purpose, content),
    mac: (key, purpose, content) => digest(purpose, key, content),
    derive: (secret, salt, purpose, context) => digest(purpose, secret, salt, context),
    signed: (purpose, content) => concat(digest(purpose, content)),
    verify: (publicKey, purpose, content, signature) =>
      sameStart(standInSignature(publicKey, digest(purpose, content)), signature),
    seal: (key, additional, plaintext) => {
      const pad = digest('leader copy', key);
      const hidden = plaintext.map((byte, i) => byte ^ (pad[i] as number));
      return { sealed: concat(hidden, tag(key, additional, plaintext)), next: digest('leader step', key) };
    },
    open: (key, additional, sealed) => {
      const pad = digest('leader copy', key);
      const plaintext = sealed.slice(0, 32).map((byte, i) => byte ^ (pad[i] as number));
      if (!sameStart(tag(key, additional, plaintext), sealed.subarray(32))) return undefined;
      return { plaintext, next: digest('leader step', key) };
    },
    next: (key) => digest('leader step', key),
    kemKeys: (seed) => ({
      publicKey: padded(digest('leader step', seed), KEM_KEY_LENGTH),
      secretKey: new Uint8Array(seed),
    }),
    encapsulate: (publicKey, random) => {
      const ciphertext = padded(digest('leader ack', random), KEM_CIPHERTEXT_LENGTH);
      return { ciphertext, secret: digest('leader pairwise', publicKey.subarray(0, 32), ciphertext.subarray(0, 32)) };
    },
    decapsulate: (secretKey, ciphertext) =>
      digest('leader pairwise', digest('leader step', secretKey), ciphertext.subarray(0, 32)),
    messageKeys: (seed) => ({ publicKey: digest('message private key', seed), secretKey: new Uint8Array(seed) }),
    agree: (secretKey, publicKey) => {
      // Zeros stand for every key of small order.
      if (publicKey.every((byte) => byte === 0)) throw new Error('small order');
      const own = digest('message private key', secretKey);
      const ordered = toHex(own) < toHex(publicKey) ? [own, publicKey] : [publicKey, own];
      return digest('message private', ...ordered);
    },
    turn: () => undefined,
    securityCode: async (ik, meeting, instance) => {
      const h = toHex(digest('security code salt', ik, utf8(meeting), instance));
      return [0, 1, 2, 3, 4, 5].map((i) =>
        String(parseInt(h.slice(8 * i, 8 * i + 8), 16) % 100_000).padStart(5, '0'),
      ) as unknown as SecurityCode;
    },
  };
}

/** An identity key of the stand-in cryptography. */
export async function standInIdentity(seed: Bytes): Promise<MeetingIdentityKey> {
  return { publicKey: seed, sign: async (message) => standInSignature(seed, message) };
}

/** What a simulated key signs: 64 bytes that only depend on the key and what is signed. */
export function standInSignature(publicKey: Uint8Array, message: Uint8Array): Bytes {
  return padded(digest('leader announce', publicKey, message), 64);
}

function tag(key: Uint8Array, additional: Uint8Array, plaintext: Uint8Array): Bytes {
  return digest('leader copy', key, additional, plaintext).slice(0, 16);
}

function padded(start: Uint8Array, length: number): Bytes {
  const out = new Uint8Array(length);
  out.set(start);
  return out;
}

function sameStart(a: Uint8Array, b: Uint8Array): boolean {
  for (let i = 0; i < Math.min(a.length, 32); i++) if (a[i] !== b[i]) return false;
  return true;
}
