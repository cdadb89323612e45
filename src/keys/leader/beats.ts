import type { Bytes } from '../../base/index.js';
import { bool, bytes, encode, list, record, uint } from '../../crypto/cbor.js';
import { BOUNDS } from './timing.js';
import { parse, word } from './wire.js';

/**
 * Whether an instance may give way to another one: `stays` when it is locked, its code was compared, or it has members
 * and age; `certified` when it may, but a certified host leads it.
 */
export const STANDINGS = ['stays', 'yields', 'certified'] as const;
export type Standing = (typeof STANDINGS)[number];

/** The leader lives, and this is its chain (protocol, 6.9). */
export interface Heartbeat {
  readonly instance: Bytes;
  readonly term: number;
  readonly epoch: number;
  /** The epoch everyone should send with by now. */
  readonly active: number;
  readonly head: Bytes;
  readonly confirm: Bytes;
  readonly counter: number;
  /** Hash of the heartbeat before it, zeros in the first. */
  readonly previous: Bytes;
  /** The leader's monotonic clock in milliseconds. */
  readonly time: number;
  readonly standing: Standing;
  readonly ik: Bytes;
  /** The leader's binding: after a re-join the same key beats anew. */
  readonly author: Bytes;
  /** Roster positions of members that have not proved yet that they live. */
  readonly unproved: readonly number[];
}

const heartbeatKind = /* @__PURE__ */ record<Heartbeat>({
  instance: [1, bytes(32)],
  term: [2, uint(2 ** 32 - 1)],
  epoch: [3, uint(2 ** 32 - 1)],
  active: [4, uint(2 ** 32 - 1)],
  head: [5, bytes(32)],
  confirm: [6, bytes(32)],
  counter: [7, uint()],
  previous: [8, bytes(32)],
  time: [9, uint()],
  standing: [10, word(STANDINGS)],
  ik: [11, bytes(32)],
  author: [12, bytes(32)],
  unproved: [13, list(uint(BOUNDS.members), BOUNDS.members)],
});

export function encodeHeartbeat(heartbeat: Heartbeat): Bytes {
  return encode(heartbeatKind, heartbeat);
}

/** @throws Malformed */
export function parseHeartbeat(body: Bytes): Heartbeat {
  return parse(heartbeatKind, body);
}

/** "I have this epoch, and heard you" (protocol, 6.8). MACed for the leader, or signed for all after a Takeover. */
export interface Ack {
  readonly instance: Bytes;
  readonly binding: Bytes;
  readonly term: number;
  readonly epoch: number;
  readonly head: Bytes;
  /** Counter of the last heartbeat that counted. */
  readonly counter: number;
  readonly compared: boolean;
}

const ackKind = /* @__PURE__ */ record<Ack>({
  instance: [1, bytes(32)],
  binding: [2, bytes(32)],
  term: [3, uint(2 ** 32 - 1)],
  epoch: [4, uint(2 ** 32 - 1)],
  head: [5, bytes(32)],
  counter: [6, uint()],
  compared: [7, bool()],
});

export function encodeAck(ack: Ack): Bytes {
  return encode(ackKind, ack);
}

/** @throws Malformed */
export function parseAck(body: Bytes): Ack {
  return parse(ackKind, body);
}

/** A signed goodbye: made while joining, so that a closing page can send it without waiting for a signature. */
export interface Leaving {
  readonly binding: Bytes;
}

const leavingKind = /* @__PURE__ */ record<Leaving>({ binding: [1, bytes(32)] });

export function encodeLeaving(leaving: Leaving): Bytes {
  return encode(leavingKind, leaving);
}

/** @throws Malformed */
export function parseLeaving(body: Bytes): Leaving {
  return parse(leavingKind, body);
}
