/**
 * A chain of keys, each of which seals 32 bytes once and gives the next: ChaCha20-Poly1305 (RFC 8439 §2.8) with a nonce of
 * zeros. Block 0 of a key's stream is the key of Poly1305 and 32 bytes that RFC 8439 (§2.6) throws away: these are the
 * chain's next key, so a step costs no derivation of its own (docs/decisions/0079). Without a key's predecessor nobody tells
 * the stream from random bytes, and from a key nobody finds the one before.
 */
import { poly1305 } from '@noble/ciphers/_poly1305.js';
import { chacha20 } from '@noble/ciphers/chacha.js';
import { equalSecret, type Bytes } from '../base/index.js';

/** What a step seals, and its keys, in bytes. */
const LENGTH = 32;
const TAG = 16;
/** A ciphertext of 32 bytes and its tag. */
export const STEP_SEALED_LENGTH = LENGTH + TAG;

const NONCE = /* @__PURE__ */ new Uint8Array(12);
const BLOCKS = /* @__PURE__ */ new Uint8Array(128);
/** Poly1305's key, the next key, the pad, and 32 bytes for nothing: of one call, which leaves zeros. */
const stream = /* @__PURE__ */ new Uint8Array(128);
const tagKey = /* @__PURE__ */ stream.subarray(0, 32);
const pad = /* @__PURE__ */ stream.subarray(64, 96);

/**
 * `sealed`: ciphertext and tag of `plaintext`, 48 bytes, as RFC 8439 has them. `next`: the chain's next key.
 * @param key 32 bytes; of no use to seal another time, so overwrite it
 * @param plaintext 32 bytes
 * @param data additional data, authenticated and not sent
 */
export function sealStep(
  key: Uint8Array,
  plaintext: Uint8Array,
  data: Uint8Array,
): { readonly sealed: Bytes; readonly next: Bytes } {
  chacha20(key, NONCE, BLOCKS, stream);
  const sealed = new Uint8Array(STEP_SEALED_LENGTH);
  for (let i = 0; i < LENGTH; i++) sealed[i] = (plaintext[i] as number) ^ (pad[i] as number);
  sealed.set(tagOf(data, sealed), LENGTH);
  return { sealed, next: leave() };
}

/** What {@link sealStep} sealed, and the chain's next key; undefined when anything differs. */
export function openStep(
  key: Uint8Array,
  sealed: Uint8Array,
  data: Uint8Array,
): { readonly plaintext: Bytes; readonly next: Bytes } | undefined {
  if (sealed.length !== STEP_SEALED_LENGTH) return undefined;
  chacha20(key, NONCE, BLOCKS, stream);
  const genuine = equalSecret(tagOf(data, sealed), sealed.subarray(LENGTH));
  const plaintext = sealed.slice(0, LENGTH);
  for (let i = 0; i < LENGTH; i++) (plaintext[i] as number) ^= genuine ? (pad[i] as number) : 0;
  const next = leave();
  return genuine ? { plaintext, next } : undefined;
}

/** The chain's next key, of a step that is passed over. */
export function nextKey(key: Uint8Array): Bytes {
  chacha20(key, NONCE, BLOCKS, stream);
  return leave();
}

function leave(): Bytes {
  const next = stream.slice(32, 64);
  stream.fill(0);
  return next;
}

/** Poly1305 over additional data, ciphertext and both lengths, the first two padded to 16 bytes (RFC 8439 §2.8). */
function tagOf(data: Uint8Array, sealed: Uint8Array): Uint8Array {
  const at = Math.ceil(data.length / 16) * 16;
  const input = new Uint8Array(at + LENGTH + 16);
  input.set(data);
  input.set(sealed.subarray(0, LENGTH), at);
  new DataView(input.buffer).setUint32(at + LENGTH, data.length, true);
  input[at + LENGTH + 8] = LENGTH;
  return poly1305(input, tagKey);
}
