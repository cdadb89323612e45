import type { Bytes } from '../../base/index.js';
import { bytes, encode, list, record, uint } from '../../crypto/cbor.js';
import { KEM_CIPHERTEXT_LENGTH } from './primitives.js';
import { BOUNDS } from './timing.js';
import { Malformed, parse } from './wire.js';

/**
 * The answer to an Announce, or to a Request of a member (protocol, 6.5). Everything it rests on is in it, or named in
 * it by hash: the Commit (head), and by it the roster.
 */
export interface Welcome {
  /** Hash of the Announce or Request it answers. */
  readonly answers: Bytes;
  readonly head: Bytes;
  /** The leader's own Announce; empty when the one it answers has the leader in its roster. */
  readonly leader: Bytes;
  /** X-Wing ciphertext; empty in an answer to a Request, which goes on with the pairwise chain. */
  readonly ciphertext: Bytes;
  /** Position in the pairwise chain of the key that seals MK. */
  readonly step: number;
  /** MK of the epoch, sealed. */
  readonly sealed: Bytes;
  /** The last heartbeat, whole; empty before the first. */
  readonly heartbeat: Bytes;
}

const welcomeKind = /* @__PURE__ */ record<Welcome>({
  answers: [1, bytes(32)],
  head: [2, bytes(32)],
  leader: [3, bytes(0, 8192)],
  ciphertext: [4, bytes(0, KEM_CIPHERTEXT_LENGTH)],
  step: [5, uint(2 ** 32 - 1)],
  sealed: [6, bytes(48)],
  heartbeat: [7, bytes(0, 65_536)],
});

export function encodeWelcome(welcome: Welcome): Bytes {
  return encode(welcomeKind, welcome);
}

/** @throws Malformed */
export function parseWelcome(body: Bytes): Welcome {
  const welcome = parse(welcomeKind, body);
  if (welcome.ciphertext.length !== 0 && welcome.ciphertext.length !== KEM_CIPHERTEXT_LENGTH)
    throw new Malformed('ciphertext');
  return welcome;
}

/** One member's sealed copy of MK: at most 100 bytes on the wire. */
export interface Copy {
  /** First 16 bytes of the recipient's binding. */
  readonly recipient: Bytes;
  readonly step: number;
  readonly sealed: Bytes;
}
/** Copies in one message: below one data packet. */
export const COPIES_PER_SHARD = 160;

export interface Copies {
  readonly head: Bytes;
  readonly copies: readonly Copy[];
}

const copyKind = /* @__PURE__ */ record<Copy>({
  recipient: [1, bytes(16)],
  step: [2, uint(2 ** 32 - 1)],
  sealed: [3, bytes(48)],
});
const copiesKind = /* @__PURE__ */ record<Copies>({
  head: [1, bytes(32)],
  copies: [2, list(copyKind, COPIES_PER_SHARD)],
});

export function encodeCopies(copies: Copies): Bytes {
  return encode(copiesKind, copies);
}

/** @throws Malformed */
export function parseCopies(body: Bytes): Copies {
  return parse(copiesKind, body);
}

/**
 * What anybody may hand on, because it vouches for itself: a roster (checked by its hash), Commits, signed Acks, and
 * finals, each as the whole message it came in.
 */
export interface Bundle {
  readonly roster?: Bytes | undefined;
  readonly commits: readonly Bytes[];
  readonly acks: readonly Bytes[];
  readonly finals: readonly Bytes[];
}

const message = /* @__PURE__ */ bytes(1, BOUNDS.message);
const bundleKind = /* @__PURE__ */ record<Bundle>({
  roster: [1, message, 'optional'],
  commits: [2, list(message, BOUNDS.log)],
  acks: [3, list(message, BOUNDS.members)],
  finals: [4, list(message, BOUNDS.finals)],
});

export function encodeBundle(bundle: Bundle): Bytes {
  return encode(bundleKind, bundle);
}

/** @throws Malformed */
export function parseBundle(body: Bytes): Bundle {
  return parse(bundleKind, body);
}
