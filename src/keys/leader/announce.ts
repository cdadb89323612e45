import { toHex, type Bytes } from '../../base/index.js';
import { IDENTITY_MAX, MEETING_MAX, NAME_MAX } from '../../crypto/binding.js';
import { bytes, encode, record, text } from '../../crypto/cbor.js';
import { KEM_KEY_LENGTH, type Primitives } from './primitives.js';
import { BOUNDS } from './timing.js';
import { parse, plainText, type Envelope } from './wire.js';

/** "Here I am, with these keys": the first message of every join, and every vote (protocol, 6.4). */
export interface Announce {
  readonly meeting: string;
  readonly identity: string;
  readonly name: string;
  readonly ik: Bytes;
  /** X-Wing public key, new in every Announce but a repetition. */
  readonly kem: Bytes;
  readonly messageKey: Bytes;
  readonly nonce: Bytes;
  readonly certificate?: Bytes | undefined;
  /** The instance it is for, when its sender is in another chain, or votes. */
  readonly instance?: Bytes | undefined;
  /** Signing key of the leader it is for, when its sender is in another chain: no other leader answers it. */
  readonly leader?: Bytes | undefined;
  /** Hash of the Takeover it votes for. */
  readonly support?: Bytes | undefined;
  /** MAC under the link secret, when the meeting's link carries one. */
  readonly linkMac?: Bytes | undefined;
}

const announceKind = /* @__PURE__ */ record<Announce>({
  meeting: [1, text(1, MEETING_MAX)],
  identity: [2, text(1, IDENTITY_MAX)],
  name: [3, text(0, NAME_MAX)],
  ik: [4, bytes(32)],
  kem: [5, bytes(KEM_KEY_LENGTH)],
  messageKey: [6, bytes(32)],
  nonce: [7, bytes(16)],
  certificate: [8, bytes(1, BOUNDS.certificate), 'optional'],
  instance: [9, bytes(32), 'optional'],
  leader: [10, bytes(32), 'optional'],
  support: [11, bytes(32), 'optional'],
  linkMac: [12, bytes(32), 'optional'],
});

export function encodeAnnounce(announce: Announce): Bytes {
  return encode(announceKind, announce);
}

/** @throws Malformed */
export function parseAnnounce(body: Bytes): Announce {
  const announce = parse(announceKind, body);
  plainText(announce.identity + announce.name);
  return announce;
}

/** MAC under the link secret over everything a man in the middle would have to change. */
export function linkMacOf(p: Primitives, linkSecret: Uint8Array, announce: Announce): Bytes {
  return p.mac(linkSecret, 'leader link mac', encodeAnnounce({ ...announce, linkMac: undefined }));
}

/** Names an Announce in a Welcome. */
export function announceHash(p: Primitives, envelope: Envelope): Bytes {
  return p.hash('leader announce hash', envelope.body);
}

/** Bindings, heads and instances as map keys. */
export const idOf = toHex;
