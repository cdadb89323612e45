/**
 * Purpose strings: every hash, MAC, signature, KDF label and sealed box of the protocol starts with one of these, so
 * that no value made for one purpose means anything for another. The whole table is in docs/protocol.md, section 1.
 *
 * A purpose is encoded as the ASCII bytes of `sm/1 ` and the purpose, then one zero byte. Purposes consist of a–z, 0–9,
 * space and hyphen only, so the zero byte ends them and no encoded purpose is a prefix of another.
 */
import { concat, utf8, type Bytes } from '../base/index.js';

/** All purposes, and what each is for. Never re-use or rename one: a new meaning is a new line. */
export const PURPOSES = [
  // Names of things
  'meeting', // hash: the meeting's name, as a salt
  'binding', // hash: an Announce's lasting part, names one join
  'key check', // KDF: a value that tells whether two keys are the same
  // Media frames
  'stream', // hash: additional data of frames
  // Messages
  'message key', // KDF: a sender's message secret to its sealing key
  'message', // additional data: a packet sealed to all
  'message private key', // KDF: an X25519 secret to the sealing key of a pair
  'message private', // additional data: a packet sealed to one
  'message signature', // signature: what chat, names and host requests say
  // `passphrase` and `external`
  'passphrase link', // KDF: a link secret to the group secret
  'passphrase phrase', // KDF: a stretched phrase to the group secret
  'passphrase phrase salt', // hash: the salt of the stretching
  'external key', // KDF: a key from the host site to the group secret
  'passphrase announce', // signature: an Announce
  'passphrase mac key', // KDF: the group secret to the MAC key
  'passphrase mac', // MAC: an Announce
  'passphrase lasting', // hash: an Announce without echoes, part of the base key
  'passphrase media', // KDF: base key of one sender
  'passphrase message', // KDF: message secret of one sender
  'passphrase leaving', // signature: goodbye
  // `leader`
  'security code salt', // hash: meeting and instance, salt of the security code
  // The host site's backend
  'certificate', // signature: an admission certificate
  'certificate key', // hash: the id of a key that signs certificates
  'token request', // signature by `ik`: gives a guest's identity back after a reload
  'moderation', // signature by `ik`: a host's request to the backend
] as const;
export type Purpose = (typeof PURPOSES)[number];

const labels = /* @__PURE__ */ new Map<Purpose, Bytes>();

/** `sm/1 ‹purpose›` and a zero byte. Shared: do not write into it. */
export function label(purpose: Purpose): Bytes {
  let bytes = labels.get(purpose);
  if (!bytes) labels.set(purpose, (bytes = utf8(`sm/1 ${purpose}\0`)));
  return bytes;
}

/** Label and content: what is hashed, MACed or signed. */
export function purposed(purpose: Purpose, content: Uint8Array): Bytes {
  return concat(label(purpose), content);
}
