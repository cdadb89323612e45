import type { Bytes } from '../../base/index.js';
import { bytes, encode, list, record, uint } from '../../crypto/cbor.js';
import { Malformed, parse, word } from './wire.js';

/** What a host can ask for. The place in this list is the number on the wire. */
export const HOST_ACTIONS = [
  'lock',
  'unlock',
  'waiting-room-on',
  'waiting-room-off',
  'end',
  'admit',
  'deny',
  'remove',
  'make-host',
  'make-member',
  'hand-over',
  'share-hosts',
  'share-all',
  'chat-hosts',
  'chat-all',
] as const;
export type HostActionType = (typeof HOST_ACTIONS)[number];

/** These change settings or roles, so each names the settings counter it was made for: a replay is stale. */
export const COUNTED: ReadonlySet<HostActionType> = new Set([
  'lock',
  'unlock',
  'waiting-room-on',
  'waiting-room-off',
  'make-host',
  'make-member',
  'hand-over',
  'share-hosts',
  'share-all',
  'chat-hosts',
  'chat-all',
]);
const TARGETED: ReadonlySet<HostActionType> = new Set([
  'admit',
  'deny',
  'remove',
  'make-host',
  'make-member',
  'hand-over',
]);

/** A host's wish that every member checks (protocol, 6.12). */
export interface HostRequest {
  readonly instance: Bytes;
  readonly action: HostActionType;
  /** Binding of whom it is about; empty for the meeting as a whole. */
  readonly target: Bytes;
  /** The settings counter in force, for counted actions; else 0. */
  readonly counter: number;
  readonly id: Bytes;
  readonly author: Bytes;
}

const hostRequestKind = /* @__PURE__ */ record<HostRequest>({
  instance: [1, bytes(32)],
  action: [2, word(HOST_ACTIONS)],
  target: [3, bytes(0, 32)],
  counter: [4, uint(2 ** 32 - 1)],
  id: [5, bytes(16)],
  author: [6, bytes(32)],
});

export function encodeHostRequest(request: HostRequest): Bytes {
  return encode(hostRequestKind, request);
}

/** @throws Malformed */
export function parseHostRequest(body: Bytes): HostRequest {
  const request = parse(hostRequestKind, body);
  if (request.target.length !== (TARGETED.has(request.action) ? 32 : 0)) throw new Malformed('target');
  return request;
}

/** What the asker lacks: steps of our chain and their keys, proof of another chain, or a new epoch. */
export const LACKS = ['chain', 'evidence', 'rotation'] as const;
export type Lack = (typeof LACKS)[number];

/** A question any member may ask (protocol, 6.10). */
export interface Request {
  readonly instance: Bytes;
  readonly binding: Bytes;
  readonly lacks: Lack;
  /** Heads the asker knows, newest first: the answer begins after the first one the answerer knows too. */
  readonly heads: readonly Bytes[];
  readonly nonce: Bytes;
}

const requestKind = /* @__PURE__ */ record<Request>({
  instance: [1, bytes(32)],
  binding: [2, bytes(32)],
  lacks: [3, word(LACKS)],
  heads: [4, list(bytes(32), 32)],
  nonce: [5, bytes(16)],
});

export function encodeRequest(request: Request): Bytes {
  return encode(requestKind, request);
}

/** @throws Malformed */
export function parseRequest(body: Bytes): Request {
  return parse(requestKind, body);
}

/** A claim to lead (protocol, 6.11). `reasons` are messages that prove the leader gone: goodbye, request, two bodies. */
export interface Takeover {
  readonly instance: Bytes;
  readonly term: number;
  readonly head: Bytes;
  readonly claimant: Bytes;
  readonly reasons: readonly Bytes[];
}

const takeoverKind = /* @__PURE__ */ record<Takeover>({
  instance: [1, bytes(32)],
  term: [2, uint(2 ** 32 - 1)],
  head: [3, bytes(32)],
  claimant: [4, bytes(32)],
  reasons: [5, list(bytes(1, 1 << 17), 4)],
});

export function encodeTakeover(takeover: Takeover): Bytes {
  return encode(takeoverKind, takeover);
}

/** @throws Malformed */
export function parseTakeover(body: Bytes): Takeover {
  return parse(takeoverKind, body);
}

/** Why somebody is not let in, said by the leader. The joiner believes it only when no Welcome comes. */
export const NOTICES = ['knocking', 'locked', 'denied', 'removed', 'full', 'announce-anew', 'link-secret'] as const;
export type NoticeKind = (typeof NOTICES)[number];

export interface Notice {
  readonly instance: Bytes;
  /** Hash of the Announce, or of the Request, it answers. */
  readonly answers: Bytes;
  readonly kind: NoticeKind;
  readonly ik: Bytes;
}

const noticeKind = /* @__PURE__ */ record<Notice>({
  instance: [1, bytes(32)],
  answers: [2, bytes(32)],
  kind: [3, word(NOTICES)],
  ik: [4, bytes(32)],
});

export function encodeNotice(notice: Notice): Bytes {
  return encode(noticeKind, notice);
}

/** @throws Malformed */
export function parseNotice(body: Bytes): Notice {
  return parse(noticeKind, body);
}
