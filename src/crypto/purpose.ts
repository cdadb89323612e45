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
  'leader announce', // signature: an Announce
  'leader welcome', // signature: a Welcome
  'leader commit', // signature: a Commit
  'leader copy', // additional data: MK sealed to one member
  'leader ack', // MAC: an Ack
  'leader signed ack', // signature: the first Ack after a Takeover
  'leader heartbeat', // signature: a Heartbeat
  'leader leaving', // signature: goodbye
  'leader request', // signature: a Request
  'leader host request', // signature: a host's request
  'leader takeover', // signature: a claim to lead
  'leader notice', // signature: why somebody is not let in
  'leader link mac', // MAC: an Announce under the link secret
  'leader announce hash', // hash: names an Announce in a Welcome
  'leader request hash', // hash: names a Request in a Welcome
  'leader takeover hash', // hash: names a Takeover in votes and Commits
  'leader heartbeat hash', // hash: the heartbeat before
  'leader head', // hash: names a Commit, and with the first one the instance
  'leader roster', // hash: the roster in a Commit
  'leader pairwise', // KDF: the X-Wing secret to what the next two come from
  'leader ack key', // KDF: the X-Wing exchange to the MAC key of Acks
  'leader step', // KDF: the X-Wing exchange to the first key of the pairwise chain
  'leader ratchet', // KDF: an epoch's secret to the next MK
  'leader epoch', // KDF: MK and head to the epoch's secret
  'leader confirm', // KDF: shows that two hold the same epoch secret
  'leader media', // KDF: base key of one sender
  'leader message', // KDF: message secret of one sender
  'security code salt', // hash: meeting and instance, salt of the security code
  // The host site's backend
  'certificate', // signature: an admission certificate
  'certificate key', // hash: the id of a key that signs certificates
  'token request', // signature by `ik`: gives a guest's identity back after a reload
  'moderation', // signature by `ik`: a host's request to the backend
  'report sent', // signature by `ik`: who hands in a report
  'report hash', // hash: the sealed report in that signature
  'report key', // KDF: an X-Wing secret to the key of a sealed report
  'report', // additional data: a report sealed to the operator
  'operator log', // hash: one entry of the operator's log
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
