import type { Bytes } from '../../base/index.js';
import { bytes, decode, encode, record, uint, type Kind } from '../../crypto/cbor.js';
import type { Purpose } from '../../crypto/purpose.js';
import { BOUNDS } from './timing.js';

/** Every message's number on the wire. */
export const TYPES = {
  announce: 1,
  welcome: 2,
  commit: 3,
  copies: 4,
  ack: 5,
  signedAck: 6,
  heartbeat: 7,
  leaving: 8,
  request: 9,
  hostRequest: 10,
  takeover: 11,
  bundle: 12,
  notice: 13,
} as const;
export type MessageType = (typeof TYPES)[keyof typeof TYPES];

/** Per type: what its signature or MAC is for, and how long that is. Unsigned ones are vouched for by hashes and MACs. */
const PROOFS: Readonly<Record<MessageType, readonly [purpose: Purpose, length: number]>> = {
  1: ['leader announce', 64],
  2: ['leader welcome', 64],
  3: ['leader commit', 64],
  4: ['leader copy', 0],
  5: ['leader ack', 32],
  6: ['leader signed ack', 64],
  7: ['leader heartbeat', 64],
  8: ['leader leaving', 64],
  9: ['leader request', 64],
  10: ['leader host request', 64],
  11: ['leader takeover', 64],
  12: ['leader copy', 0],
  13: ['leader notice', 64],
};

/** Thrown by every parser for bytes that are not what they must be. Never leaves the provider. */
export class Malformed extends Error {
  override readonly name = 'Malformed';
}

/**
 * One message: a type, a body (CBOR bytes of its own, so that what is signed or hashed is what was received), and a
 * proof: an Ed25519 signature (64 bytes), an HMAC (32 bytes) or nothing, by type.
 */
export interface Envelope {
  readonly type: MessageType;
  readonly body: Bytes;
  readonly proof: Bytes;
  /** The whole message, for passing it on. */
  readonly bytes: Bytes;
}

const envelopeKind = /* @__PURE__ */ record<{ type: number; body: Bytes; proof: Bytes }>({
  type: [1, uint(13, 1)],
  body: [2, bytes(1, BOUNDS.message)],
  proof: [3, bytes(0, 64)],
});

/** @throws Malformed when the bytes are not one message of the protocol. */
export function parseEnvelope(message: Uint8Array): Envelope {
  const { type, body, proof } = parse(envelopeKind, message.length <= BOUNDS.message ? message : new Uint8Array(0));
  if (proof.length !== PROOFS[type as MessageType][1]) throw new Malformed('length of the proof');
  return { type: type as MessageType, body, proof, bytes: message as Bytes };
}

export function encodeEnvelope(type: MessageType, body: Bytes, proof: Uint8Array): Envelope {
  return { type, body, proof: proof as Bytes, bytes: encode(envelopeKind, { type, body, proof: proof as Bytes }) };
}

/** The purpose under which messages of this type are signed or MACed. */
export function purposeOf(type: MessageType): Purpose {
  return PROOFS[type][0];
}

/** The type alone, cheaply: messages that do not concern us are dropped before they are parsed. */
export function peekType(message: Uint8Array): number {
  return message[0] === 0xa3 && message[1] === 1 ? (message[2] ?? 0) : 0;
}

/** The value of which `input` is the one encoding. @throws Malformed */
export function parse<T>(kind: Kind<T>, input: Uint8Array): T {
  const value = decode(kind, input);
  if (value === undefined) throw new Malformed('not the encoding of what it should be');
  return value;
}

/** Refuses control characters and line separators in what people read. @throws Malformed */
export function plainText(value: string): string {
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(value)) throw new Malformed('control character');
  return value;
}

/** One of a list of words, as its place in it. */
export function word<const T extends string>(words: readonly T[]): Kind<T> {
  const place = uint(words.length - 1);
  return {
    write: (to, value) => place.write(to, words.indexOf(value)),
    read: (from) => words[place.read(from)] as T,
  };
}
