/** One sealed packet. docs/protocol.md, section 3, is its specification. */
import { concat, type Bytes } from '../../base/index.js';
import {
  BOX_NONCE_LENGTH,
  BOX_TAG_LENGTH,
  bytes,
  decode,
  encode,
  label,
  open,
  record,
  seal,
  text,
  uint,
} from '../../crypto/index.js';
import { BINDING_LENGTH, EPOCH_LIMIT } from '../../keys/index.js';

/** The most bytes of one packet: LiveKit's advice for reliable data. */
export const PACKET_MAX = 15_000;
/** Bytes of a message in one packet: what header, nonce, tag and their CBOR leave, rounded down. */
export const CHUNK_MAX = 14_800;
/** Chunks of one message. */
export const CHUNKS_MAX = 64;

export interface PacketHeader {
  /** The sender's binding. */
  readonly from: Uint8Array;
  /** The recipient's binding; absent: sealed to all. */
  readonly to?: Uint8Array;
  /** Under whose key it is sealed; in a packet to one, the sender's epoch at that time. */
  readonly epoch: number;
  /** Counts messages of this sender to all, or to this recipient, from 0. */
  readonly sequence: number;
  readonly index: number;
  readonly count: number;
}

const headerKind = /* @__PURE__ */ record<PacketHeader>({
  from: [1, bytes(BINDING_LENGTH)],
  to: [2, bytes(BINDING_LENGTH), 'optional'],
  epoch: [3, uint(EPOCH_LIMIT - 1)],
  sequence: [4, uint()],
  index: [5, uint(CHUNKS_MAX - 1)],
  count: [6, uint(CHUNKS_MAX, 1)],
});

interface Packet {
  readonly header: Uint8Array;
  readonly nonce: Uint8Array;
  readonly box: Uint8Array;
}

const packetKind = /* @__PURE__ */ record<Packet>({
  header: [1, bytes(1, 128)],
  nonce: [2, bytes(BOX_NONCE_LENGTH)],
  box: [3, bytes(BOX_TAG_LENGTH, CHUNK_MAX + BOX_TAG_LENGTH)],
});

const topicKind = /* @__PURE__ */ text(1, 64);

/** Label, topic and header: what a packet is authenticated with beside its content. */
function additional(topic: string, header: PacketHeader, encoded: Uint8Array): Bytes {
  return concat(label(header.to ? 'message private' : 'message'), encode(topicKind, topic), encoded);
}

/** @param key 32 bytes @param nonce 24 random bytes */
export function sealPacket(
  topic: string,
  header: PacketHeader,
  key: Uint8Array,
  nonce: Uint8Array,
  chunk: Uint8Array,
): Bytes {
  const encoded = encode(headerKind, header);
  const box = seal(key, nonce, chunk, additional(topic, header, encoded));
  return encode(packetKind, { header: encoded, nonce, box });
}

/** A packet that is well-formed; nothing in it is authentic before `open` gave its chunk. */
export interface ReadPacket {
  readonly header: PacketHeader;
  open(topic: string, key: Uint8Array): Bytes | undefined;
}

/** Undefined when `payload`, at most {@link PACKET_MAX} bytes, is anything but a sealed packet. */
export function readPacket(payload: Uint8Array): ReadPacket | undefined {
  const packet = decode(packetKind, payload);
  const header = packet && decode(headerKind, packet.header);
  if (!header || header.index >= header.count) return undefined;
  return {
    header,
    open: (topic, key) => open(key, packet.nonce, packet.box, additional(topic, header, packet.header)),
  };
}
