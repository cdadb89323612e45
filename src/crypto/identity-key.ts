/** Our own signing key for one meeting. */
import { ed25519 } from '@noble/curves/ed25519.js';
import { owned, wipe, type Bytes } from '../base/index.js';

/** Fits `MeetingIdentityKey` of the key-provider contract. */
export interface IdentityKey {
  /** 32 bytes, RFC 8032 §5.1.5. */
  readonly publicKey: Bytes;
  /** 64 bytes. Signs as given: put the purpose in front (`purposed`). @throws Error after {@link IdentityKey.drop}. */
  sign(message: Uint8Array): Promise<Bytes>;
  /** The non-extractable pair, to be kept for a reload; undefined where the platform has no Ed25519. */
  readonly keyPair: CryptoKeyPair | undefined;
  /** Forgets the private half. */
  drop(): void;
}

export interface IdentityKeyOptions {
  /** 32 secret bytes to make the key from: for tests and simulations. The key is then not WebCrypto's. */
  readonly seed?: Uint8Array;
}

/** A fresh key: WebCrypto's, non-extractable, where it has Ed25519; else one of @noble in this closure. */
export async function createIdentityKey(options: IdentityKeyOptions = {}): Promise<IdentityKey> {
  if (options.seed) return fromSeed(new Uint8Array(options.seed));
  let pair: CryptoKeyPair;
  try {
    pair = await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify']);
  } catch {
    return fromSeed(crypto.getRandomValues(new Uint8Array(32)));
  }
  return restoreIdentityKey(pair);
}

/** The key of a pair kept from before. @throws DOMException when the pair is not of Ed25519. */
export async function restoreIdentityKey(pair: CryptoKeyPair): Promise<IdentityKey> {
  const publicKey = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
  let held: CryptoKeyPair | undefined = pair;
  return {
    publicKey,
    get keyPair() {
      return held;
    },
    async sign(message) {
      if (!held) throw new Error('this key was dropped');
      return new Uint8Array(await crypto.subtle.sign('Ed25519', held.privateKey, owned(message)));
    },
    drop() {
      held = undefined;
    },
  };
}

function fromSeed(seed: Bytes): IdentityKey {
  let dropped = false;
  return {
    publicKey: owned(ed25519.getPublicKey(seed)),
    keyPair: undefined,
    async sign(message) {
      if (dropped) throw new Error('this key was dropped');
      return owned(ed25519.sign(message, seed));
    },
    drop() {
      dropped = true;
      wipe(seed);
    },
  };
}
