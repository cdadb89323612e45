import { SecureMeetingError } from '../../base/index.js';
import { hash, mac } from '../../crypto/hash.js';
import { derive } from '../../crypto/kdf.js';
import { nextKey, openStep, sealStep } from '../../crypto/key-chain.js';
import { purposed } from '../../crypto/purpose.js';
import { securityCode } from '../../crypto/security-code.js';
import { VerifyKey } from '../../crypto/signature.js';
import { x25519AgreeNatively, x25519PublicKeyNatively } from '../../crypto/x25519.js';
import {
  xwingDecapsulateNatively,
  xwingEncapsulateNatively,
  xwingPublicKeyNatively,
} from '../../crypto/xwing-native.js';
import type { Primitives } from './primitives.js';

interface Yielding {
  readonly scheduler?: { yield?(): Promise<void> };
}

/** A task of our own. `setTimeout` would take 4 ms from the fifth on. */
function nextTurn(): Promise<void> {
  const { scheduler } = globalThis as Yielding;
  if (scheduler?.yield) return scheduler.yield();
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

/** The cryptography of `src/crypto`. */
export function realPrimitives(): Primitives {
  const must = <T>(value: T | undefined): T => {
    if (value === undefined) throw new SecureMeetingError('key-provider-failed', { message: 'malformed KEM input' });
    return value;
  };
  return {
    hash,
    mac: (key, purpose, content) => mac(purpose, key, content),
    derive: (secret, salt, purpose, context) => derive(purpose, secret, { salt, context }),
    signed: (purpose, content) => purposed(purpose, content),
    verify: async (publicKey, purpose, content, signature) =>
      (await VerifyKey.from(publicKey)?.verifyNatively(purpose, signature, content)) ?? false,
    seal: (key, additional, plaintext) => sealStep(key, plaintext, purposed('leader copy', additional)),
    open: (key, additional, sealed) => openStep(key, sealed, purposed('leader copy', additional)),
    next: nextKey,
    kemKeys: async (seed) => ({ publicKey: await xwingPublicKeyNatively(seed), secretKey: new Uint8Array(seed) }),
    encapsulate: async (publicKey, random) => must(await xwingEncapsulateNatively(publicKey, random)),
    decapsulate: async (secretKey, ciphertext) => must(await xwingDecapsulateNatively(ciphertext, secretKey)),
    messageKeys: async (seed) => ({ publicKey: await x25519PublicKeyNatively(seed), secretKey: new Uint8Array(seed) }),
    agree: async (secretKey, publicKey) => must(await x25519AgreeNatively(secretKey, publicKey)),
    turn: nextTurn,
    securityCode,
  };
}
